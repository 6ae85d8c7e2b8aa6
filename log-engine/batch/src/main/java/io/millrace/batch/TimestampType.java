package io.millrace.batch;

/** Whose clock the timestamps of a batch come from: bit 3 of its attributes (KIP-32). */
public enum TimestampType {
  /** The producer's, record by record. */
  CREATE_TIME,
  /** The server's, one for the whole batch: its maximum timestamp. */
  LOG_APPEND_TIME
}

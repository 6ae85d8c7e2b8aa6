package io.millrace.server.partition;

/** Which records a reader wants to see, as for Kafka's consumers (KIP-98). */
public enum Isolation {
  /** All that are durable, whatever becomes of the transactions that wrote them. */
  READ_UNCOMMITTED,

  /**
   * Only those below the last stable offset. The records of aborted transactions are among them,
   * and are for the reader to leave out: see {@link AbortedBatches}.
   */
  READ_COMMITTED
}

package io.millrace.server.cursor;

/**
 * What a member of a share group says of consecutive records that it holds (KIP-932, KIP-1222).
 *
 * @param run which
 * @param kind what
 */
public record ShareAck(OffsetRun run, Kind kind) {

  /** What became of records. */
  public enum Kind {
    /** There was no record: where it is held it is done, and nothing is wrong where it is not. */
    GAP,
    /** Consumed. */
    ACCEPT,
    /** To be given again; the delivery counts. */
    RELEASE,
    /** Not processable: given up. */
    REJECT,
    /** Still at work on it: the lock begins anew. */
    RENEW
  }
}

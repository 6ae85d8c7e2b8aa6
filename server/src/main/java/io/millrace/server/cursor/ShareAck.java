package io.millrace.server.cursor;

import java.util.ArrayList;
import java.util.List;

/**
 * What a member of a share group says of consecutive records that it holds (KIP-932, KIP-1222).
 *
 * @param run which
 * @param kind what
 */
public record ShareAck(OffsetRun run, Kind kind) {

  /** What is said of records from an offset on; those before are not in the log any more. */
  static List<ShareAck> from(long offset, List<ShareAck> acks) {
    List<ShareAck> left = new ArrayList<>();
    for (ShareAck ack : acks) {
      if (ack.run.first() >= offset) {
        left.add(ack);
      } else if (ack.run.last() >= offset) {
        left.add(new ShareAck(new OffsetRun(offset, ack.run.last()), ack.kind));
      }
    }
    return left;
  }

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

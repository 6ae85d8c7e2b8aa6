package io.millrace.server.cursor;

/**
 * Figures of one cursor part at one moment.
 *
 * @param key the part
 * @param floor everything below is settled
 * @param settledAbove how many are settled above the floor
 * @param inFlight how many are with consumers
 * @param deferred how many are known to wait for their delivery time
 * @param consumers how many consumers there are
 * @param delivered how many deliveries were made since the shard was opened
 * @param redelivered how many of those were not the first of their message
 * @param accepted how many messages were acknowledged since the shard was opened
 * @param expired how many expired since the shard was opened
 * @param deadLettered how many went to the dead letters since the shard was opened
 */
public record CursorStats(
    CursorKey key,
    long floor,
    long settledAbove,
    long inFlight,
    long deferred,
    int consumers,
    long delivered,
    long redelivered,
    long accepted,
    long expired,
    long deadLettered) {

  /**
   * How many messages are not settled, where the log ends at {@code endOffset}. The records of
   * Kafka transactions that are open or were aborted, and the markers that end transactions, count
   * among them until a consumer has come past them.
   */
  public long depth(long endOffset) {
    return Math.max(0, endOffset - floor - settledAbove);
  }
}

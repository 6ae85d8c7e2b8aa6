package io.millrace.server.cursor;

/** What one cursor part has done since its shard was opened. The shard's thread. */
final class CursorCounters {
  private long delivered;
  private long redelivered;
  private long accepted;
  private long expired;
  private long deadLettered;

  void delivered(long count) {
    delivered += count;
  }

  void redelivered(long count) {
    redelivered += count;
  }

  void accepted(long count) {
    accepted += count;
  }

  void expired(long count) {
    expired += count;
  }

  void deadLettered() {
    deadLettered++;
  }

  CursorStats stats(CursorKey key, CursorState state, long inFlight, long deferred, int consumers) {
    return new CursorStats(
        key,
        state.floor(),
        state.settled().size(),
        inFlight,
        deferred,
        consumers,
        delivered,
        redelivered,
        accepted,
        expired,
        deadLettered);
  }
}

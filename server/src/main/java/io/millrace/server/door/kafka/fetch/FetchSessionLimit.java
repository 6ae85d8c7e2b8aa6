package io.millrace.server.door.kafka.fetch;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the memory of the fetch sessions of all connections: beyond it, fetches are answered
 * without a session, which costs the client bytes and nothing else. Any thread.
 */
public final class FetchSessionLimit {
  private final SessionBudget budget;
  private final AtomicInteger ids = new AtomicInteger();

  /**
   * @param maxPartitions partitions that all sessions together may remember
   */
  public FetchSessionLimit(long maxPartitions) {
    this.budget = new SessionBudget(maxPartitions);
  }

  /** Partitions that are remembered now. */
  public long partitions() {
    return budget.taken();
  }

  /** Counts a session with so many partitions, if there is room for them; else nothing changes. */
  boolean admit(int count) {
    return budget.take(count);
  }

  void resized(int difference) {
    budget.giveBack(-difference);
  }

  /** Another id each time, 1 or more; begins again after two thousand million. */
  int nextId() {
    return ids.updateAndGet(id -> id == Integer.MAX_VALUE ? 1 : id + 1);
  }
}

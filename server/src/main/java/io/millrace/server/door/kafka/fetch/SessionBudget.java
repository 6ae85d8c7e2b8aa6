package io.millrace.server.door.kafka.fetch;

import java.util.concurrent.atomic.AtomicLong;

/** How many partitions the sessions of all connections may remember together. Any thread. */
public final class SessionBudget {
  private final long max;
  private final AtomicLong taken = new AtomicLong();

  /**
   * Begins with nothing taken.
   *
   * @param max partitions that all sessions together may remember
   */
  public SessionBudget(long max) {
    this.max = max;
  }

  /** Takes room for so many, if there is room for all; else nothing changes. */
  public boolean take(long count) {
    long before;
    do {
      before = taken.get();
      if (count > max - before) {
        return false;
      }
    } while (!taken.compareAndSet(before, before + count));
    return true;
  }

  /** Gives room back, or, where a session has grown all the same, takes what is negative. */
  public void giveBack(long count) {
    taken.addAndGet(-count);
  }

  /** How many are remembered now. */
  public long taken() {
    return taken.get();
  }
}

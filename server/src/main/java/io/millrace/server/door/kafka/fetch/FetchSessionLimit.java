package io.millrace.server.door.kafka.fetch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of the fetch sessions of all connections: beyond it, fetches are answered
 * without a session, which costs the client bytes and nothing else. Any thread.
 */
public final class FetchSessionLimit {
  private final long maxPartitions;
  private final AtomicLong partitions = new AtomicLong();
  private final AtomicInteger ids = new AtomicInteger();

  /**
   * @param maxPartitions partitions that all sessions together may remember
   */
  public FetchSessionLimit(long maxPartitions) {
    this.maxPartitions = maxPartitions;
  }

  /** Partitions that are remembered now. */
  public long partitions() {
    return partitions.get();
  }

  /** Counts a session with so many partitions, if there is room for them; else nothing changes. */
  boolean admit(int count) {
    long before;
    do {
      before = partitions.get();
      if (count > maxPartitions - before) {
        return false;
      }
    } while (!partitions.compareAndSet(before, before + count));
    return true;
  }

  void resized(int difference) {
    partitions.addAndGet(difference);
  }

  /** Another id each time, 1 or more; begins again after two thousand million. */
  int nextId() {
    return ids.updateAndGet(id -> id == Integer.MAX_VALUE ? 1 : id + 1);
  }
}

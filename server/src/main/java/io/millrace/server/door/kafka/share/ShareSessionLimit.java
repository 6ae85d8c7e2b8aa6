package io.millrace.server.door.kafka.share;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of the share sessions of all connections: beyond it, no session begins or
 * grows. Any thread.
 */
public final class ShareSessionLimit {
  private final long maxPartitions;
  private final AtomicLong partitions = new AtomicLong();

  /**
   * @param maxPartitions partitions that all sessions together may remember; each session counts as
   *     one more
   */
  public ShareSessionLimit(long maxPartitions) {
    this.maxPartitions = maxPartitions;
  }

  /** Counts more of them, if there is room for all; else nothing changes. */
  boolean admit(long count) {
    long before;
    do {
      before = partitions.get();
      if (count > maxPartitions - before) {
        return false;
      }
    } while (!partitions.compareAndSet(before, before + count));
    return true;
  }

  void gone(long count) {
    partitions.addAndGet(-count);
  }

  /** What is remembered now. */
  public long partitions() {
    return partitions.get();
  }
}

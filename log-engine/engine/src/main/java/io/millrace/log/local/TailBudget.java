package io.millrace.log.local;

import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * Bounds the memory of all logs' tails: evicts the oldest batches, whatever log they are of, once
 * they are in a segment. Any thread adds; the journal's agent evicts.
 */
final class TailBudget {
  private static final int CHUNK = 1024;

  private final MpscUnboundedArrayQueue<Appended> oldestFirst =
      new MpscUnboundedArrayQueue<>(CHUNK);
  private final long maxBytes;
  private final StoreStats stats;

  TailBudget(long maxBytes, StoreStats stats) {
    this.maxBytes = maxBytes;
    this.stats = stats;
  }

  void add(Appended batch) {
    oldestFirst.offer(batch);
  }

  /** Whether there is too much. Any thread. */
  boolean isExceeded() {
    return stats.cachedBytes() > maxBytes;
  }

  /** Evicts while there is too much, as far as batches were written. */
  void evict() {
    while (isExceeded()) {
      Appended oldest = oldestFirst.peek();
      // What a failed store could not write any more is still to be read.
      if (oldest == null || !(oldest.isWritten() || oldest.log().isDeleted())) {
        return;
      }
      oldestFirst.poll();
      oldest.log().tail().evict(oldest);
      stats.onEvicted(oldest.size());
    }
  }
}

package io.millrace.log.local;

import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the journal's agent. Unbounded by itself: an append is refused before when more
 * than {@link LocalStoreConfig#maxPendingBytes} wait. Any thread puts; only the agent takes.
 */
final class JournalQueue {
  private static final int CHUNK = 1024;

  private final MpscUnboundedArrayQueue<JournalWork> queue = new MpscUnboundedArrayQueue<>(CHUNK);
  private volatile Runnable signal = () -> {};

  /** Sets what wakes the agent. */
  void onPut(Runnable signal) {
    this.signal = signal;
  }

  /** Adds without waking the agent: the caller calls {@link #signal} when it has added all. */
  void put(JournalWork work) {
    queue.offer(work);
  }

  void signal() {
    signal.run();
  }

  @Nullable JournalWork poll() {
    return queue.poll();
  }
}

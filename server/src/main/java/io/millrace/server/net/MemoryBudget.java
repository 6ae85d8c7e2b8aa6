package io.millrace.server.net;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that requests of all connections may occupy together. A request larger than the whole
 * budget is admitted when nothing else is. Safe for use from any thread.
 */
public final class MemoryBudget {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  public MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  public long usedBytes() {
    return usedBytes.get();
  }

  /** Takes the bytes if they are there now. */
  boolean tryAcquire(long bytes) {
    while (true) {
      long used = usedBytes.get();
      if (!fits(used, bytes)) {
        return false;
      }
      if (usedBytes.compareAndSet(used, used + bytes)) {
        return true;
      }
    }
  }

  private boolean fits(long used, long bytes) {
    return used == 0 || used + bytes <= limitBytes;
  }

  /**
   * Runs {@code retry} once after bytes were given back, or at once if so many are there meanwhile.
   * It runs on the thread that gives them back and must only hand over.
   */
  void onRelease(long bytes, Runnable retry) {
    waiting.add(retry);
    // Who gave bytes back before the queue showed the newcomer has woken nobody.
    if (fits(usedBytes.get(), bytes)) {
      wakeAll();
    }
  }

  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
    if (!waiting.isEmpty()) {
      wakeAll();
    }
  }

  private void wakeAll() {
    // Only those that wait now: who is refused again queues up again.
    for (int i = waiting.size(); i > 0; i--) {
      Runnable retry = waiting.poll();
      if (retry == null) {
        return;
      }
      retry.run();
    }
  }
}

package io.millrace.server.door.admin.live;

import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how many event streams are open at once. Safe for use from any thread. */
public final class StreamLimit {
  private final AtomicInteger open = new AtomicInteger();
  private final int most;

  public StreamLimit(int most) {
    this.most = most;
  }

  /** Whether there was room for one more; if so {@link #release} is owed. */
  public boolean tryAcquire() {
    return open.getAndUpdate(count -> count < most ? count + 1 : count) < most;
  }

  public void release() {
    open.decrementAndGet();
  }

  public int open() {
    return open.get();
  }
}

package io.millrace.bench.jmh;

import io.millrace.log.Log;
import io.millrace.log.LogListener;
import io.millrace.log.StoreException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Lets a thread wait until logs are durable. Any thread. */
final class DurableSignal implements LogListener {
  private static final long DEADLINE_NS = 60_000_000_000L;

  /** Guarded by this. */
  private @Nullable StoreException failure;

  @Override
  public synchronized void onDurable(long durableOffset) {
    notifyAll();
  }

  @Override
  public synchronized void onFailed(StoreException cause) {
    failure = cause;
    notifyAll();
  }

  /**
   * Waits until everything below an offset is durable.
   *
   * @throws StoreException when a log has failed
   * @throws TimeoutException after a minute
   */
  synchronized void await(Log log, long offset) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + DEADLINE_NS;
    while (log.durableOffset() < offset) {
      check();
      long leftNs = deadline - System.nanoTime();
      if (leftNs <= 0) {
        throw new TimeoutException(log.id() + " is not durable up to " + offset);
      }
      wait(1 + leftNs / 1_000_000L);
    }
  }

  private void check() {
    if (failure != null) {
      throw failure;
    }
  }
}

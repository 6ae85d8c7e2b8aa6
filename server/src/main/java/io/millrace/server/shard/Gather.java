package io.millrace.server.shard;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Waits for several answers: runs something when all have come, or tells the first failure. Any
 * thread.
 */
public final class Gather implements Reply<Void> {
  private final AtomicInteger left;
  private final Runnable done;
  private final Consumer<RuntimeException> failed;

  /**
   * @param count how many answers there will be; with 0 it is done at once
   */
  public Gather(int count, Runnable done, Consumer<RuntimeException> failed) {
    this.left = new AtomicInteger(count);
    this.done = done;
    this.failed = failed;
    if (count == 0) {
      done.run();
    }
  }

  /** One answer has come. */
  public void oneDone() {
    if (left.decrementAndGet() == 0) {
      done.run();
    }
  }

  @Override
  public void ok(Void response) {
    oneDone();
  }

  @Override
  public void fail(RuntimeException error) {
    // Whatever the others say, the count never comes down to 0 now.
    if (left.getAndSet(Integer.MIN_VALUE / 2) > 0) {
      failed.accept(error);
    }
  }
}

package io.millrace.server.net;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a connection's event loop does when other threads have something for it, once for all that
 * have come by then. Whatever was there before a call of {@link #schedule}, the task will see. Any
 * thread.
 */
public final class LoopTask implements Runnable {
  private final Runnable task;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /**
   * @param task run on the event loop
   */
  public LoopTask(Runnable task) {
    this.task = task;
  }

  /** Has the task run, unless it is going to anyway. */
  public void schedule(Executor loop) {
    if (scheduled.compareAndSet(false, true)) {
      loop.execute(this);
    }
  }

  /** For the event loop. */
  @Override
  public void run() {
    // What comes from here on may be missed by the task, and so has it run again.
    scheduled.set(false);
    task.run();
  }
}

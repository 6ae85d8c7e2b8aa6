package io.millrace.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs each agent on a thread of its own, which parks while nothing is ready; one that {@link
 * Agent#runsAnywhere} also on the threads that have work for it, one at a time. Methods are safe
 * for use from any thread.
 */
public final class ThreadedAgents implements Agents {
  private final Clock clock;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  public ThreadedAgents(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public Handle start(Agent agent) {
    AgentRunner runner = new AgentRunner(agent, clock);
    synchronized (started) {
      started.push(runner);
    }
    runner.start();
    return runner;
  }

  @Override
  public void helpFrom(Executor later) {
    Helper.register(later);
  }

  @Override
  public Executor blocking(String name, int threads) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    synchronized (started) {
      started.push(() -> stop(pool));
    }
    return task ->
        pool.execute(
            () -> {
              try {
                task.run();
              } catch (RuntimeException | Error e) {
                Failures.report(name, e);
              }
            });
  }

  private static void stop(ThreadPoolExecutor pool) {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(30, TimeUnit.SECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      pool.shutdownNow();
    }
  }

  @Override
  public void close() {
    while (true) {
      AutoCloseable next;
      synchronized (started) {
        next = started.poll();
      }
      if (next == null) {
        return;
      }
      try {
        next.close();
      } catch (Exception e) {
        Failures.report("closing agents", e);
      }
    }
  }
}

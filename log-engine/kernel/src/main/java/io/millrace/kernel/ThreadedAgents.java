package io.millrace.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs each agent on a thread of its own, which parks while nothing is ready. Methods are safe for
 * use from any thread.
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
    Runner runner = new Runner(agent, clock);
    synchronized (started) {
      started.push(runner);
    }
    runner.thread.start();
    return runner;
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

  private static final class Runner implements Handle, Runnable {
    private static final int RUNNING = 0;
    private static final int PARKED = 1;

    /** A failing step is retried after this pause, so that a persistent fault cannot spin. */
    private static final long FAILURE_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Agent agent;
    private final Clock clock;
    private final Thread thread;
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private volatile boolean closed;

    Runner(Agent agent, Clock clock) {
      this.agent = agent;
      this.clock = clock;
      this.thread = new Thread(this, agent.name());
      this.thread.setDaemon(true);
    }

    @Override
    public void signal() {
      // The agent publishes PARKED before its last look for work, so a signal is never lost.
      if (state.get() == PARKED && state.compareAndSet(PARKED, RUNNING)) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      while (!closed) {
        if (step() > 0) {
          continue;
        }
        state.set(PARKED);
        if (step() == 0 && !closed) {
          park();
        }
        state.set(RUNNING);
      }
      agent.onClose();
    }

    private int step() {
      try {
        return agent.doWork();
      } catch (RuntimeException | Error e) {
        Failures.report(agent.name(), e);
        LockSupport.parkNanos(FAILURE_PAUSE_NS);
        return 1;
      }
    }

    private void park() {
      long deadlineNs = agent.nextDeadlineNs();
      if (deadlineNs == Long.MAX_VALUE) {
        while (state.get() == PARKED && !closed) {
          LockSupport.park(this);
        }
        return;
      }
      long waitNs = deadlineNs - clock.nanoTime();
      if (waitNs > 0 && state.get() == PARKED) {
        LockSupport.parkNanos(this, waitNs);
      }
    }

    @Override
    public void close() {
      closed = true;
      LockSupport.unpark(thread);
      if (Thread.currentThread() == thread) {
        return;
      }
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

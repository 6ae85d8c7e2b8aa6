package io.millrace.kernel;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs one agent: on a thread of its own, or where the agent {@link Agent#runsAnywhere}, on a
 * thread that has work for it. Who has brought the state to RUNNING owns the agent until it leaves
 * RUNNING and SIGNALLED, so that there is one owner at a time and each sees what the one before
 * did.
 *
 * <pre>
 *              nothing to do                 a helper takes it
 *    RUNNING ─────────────────► RESTING ──────────────────────► RUNNING
 *      │  ▲                      │   │                             │
 *      │  └── takes it ── HANDED ◄───┘ signal          too much    │
 *      ▼ signal             ▲  (wakes the own thread)  for a helper│
 *   SIGNALLED ──► RUNNING   └──────────────────────────────────────┘
 *     looks once more
 * </pre>
 */
final class AgentRunner implements Agents.Handle, Runnable {
  private enum State {
    RUNNING,
    /** Running, and something came since the owner last looked. */
    SIGNALLED,
    RESTING,
    /** Reserved for the own thread. */
    HANDED
  }

  /** A failing step is retried after this pause, so that a persistent fault cannot spin. */
  private static final long FAILURE_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

  /** How often the own thread looks whether a helper is done, when it has a reason to wait. */
  private static final long LOOK_NS = TimeUnit.MICROSECONDS.toNanos(100);

  /** A helper has its own work to do: what takes longer is for the own thread. */
  private static final int HELPER_STEPS = 4;

  private static final int FAILED = -1;

  private final Agent agent;
  private final Clock clock;
  private final Thread thread;
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
  private volatile boolean closed;

  /** Until when the own thread rests, as {@link Clock#nanoTime}. */
  private volatile long restsUntilNs = Long.MAX_VALUE;

  AgentRunner(Agent agent, Clock clock) {
    this.agent = agent;
    this.clock = clock;
    this.thread = new Thread(this, agent.name());
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  @Override
  public void signal() {
    while (true) {
      switch (now()) {
        case RUNNING -> {
          if (state.compareAndSet(State.RUNNING, State.SIGNALLED)) {
            return;
          }
        }
        case RESTING -> {
          Helper helper = agent.runsAnywhere() ? Helper.current() : null;
          if (helper != null && helper.add(this)) {
            return;
          }
          if (state.compareAndSet(State.RESTING, State.HANDED)) {
            LockSupport.unpark(thread);
            return;
          }
        }
        case SIGNALLED, HANDED -> {
          return;
        }
      }
    }
  }

  private State now() {
    return Objects.requireNonNull(state.get());
  }

  /** Whether nobody runs the agent. */
  boolean isResting() {
    return now() == State.RESTING;
  }

  /** Runs the agent on the calling thread, unless another one does. */
  void help() {
    while (!state.compareAndSet(State.RESTING, State.RUNNING)) {
      State now = now();
      if (now == State.SIGNALLED
          || now == State.HANDED
          || (now == State.RUNNING && state.compareAndSet(State.RUNNING, State.SIGNALLED))) {
        return;
      }
    }
    for (int steps = 0; steps < HELPER_STEPS && !closed; steps++) {
      int done = step();
      if (done == FAILED) {
        break;
      }
      if (done == 0 && agent.nextDeadlineNs() >= restsUntilNs && rest()) {
        return;
      }
    }
    state.set(State.HANDED);
    LockSupport.unpark(thread);
  }

  /** Gives the agent up, unless something came meanwhile. */
  private boolean rest() {
    if (state.compareAndSet(State.RUNNING, State.RESTING)) {
      return true;
    }
    state.set(State.RUNNING);
    return false;
  }

  @Override
  public void run() {
    // An agent that runs elsewhere is one that others wait for: it leaves helping to them.
    Helper helper = agent.runsAnywhere() ? null : Helper.register();
    while (!closed) {
      int done = step();
      if (helper != null) {
        helper.run();
      }
      if (done == FAILED) {
        LockSupport.parkNanos(FAILURE_PAUSE_NS);
      } else if (done == 0) {
        restsUntilNs = agent.nextDeadlineNs();
        if (rest()) {
          awaitTurn();
        }
      }
    }
    agent.onClose();
    if (helper != null) {
      helper.run();
    }
  }

  private int step() {
    try {
      return agent.doWork();
    } catch (RuntimeException | Error e) {
      Failures.report(agent.name(), e);
      return FAILED;
    }
  }

  /** Returns when there is something to do, or perhaps is, and the own thread owns the agent. */
  private void awaitTurn() {
    while (true) {
      State now = now();
      long waitNs =
          restsUntilNs == Long.MAX_VALUE ? Long.MAX_VALUE : restsUntilNs - clock.nanoTime();
      boolean mayTake = now == State.HANDED || (now == State.RESTING && (closed || waitNs <= 0));
      if (mayTake) {
        if (state.compareAndSet(now, State.RUNNING)) {
          return;
        }
      } else if (now == State.RESTING && waitNs == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else if (now == State.RESTING) {
        LockSupport.parkNanos(this, waitNs);
      } else if (closed || waitNs <= 0) {
        LockSupport.parkNanos(this, LOOK_NS);
      } else {
        // A helper that leaves something to this thread wakes it.
        LockSupport.parkNanos(this, waitNs);
      }
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

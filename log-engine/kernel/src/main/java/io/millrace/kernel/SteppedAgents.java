package io.millrace.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;

/**
 * Runs agents one step at a time on the caller's thread, on a virtual clock, in an order that a
 * seed decides. A whole server run on it is reproducible. Not safe for use by several threads.
 */
public final class SteppedAgents implements Agents {
  private final VirtualClock clock;
  private final Random random;
  private final List<Stepped> running = new ArrayList<>();
  private long steps;

  /** Starts at {@code wallMs}, with the order of steps drawn from {@code seed}. */
  public SteppedAgents(long seed, long wallMs) {
    this.random = new Random(seed);
    this.clock = new VirtualClock(wallMs);
  }

  @Override
  public VirtualClock clock() {
    return clock;
  }

  @Override
  public Handle start(Agent agent) {
    Stepped stepped = new Stepped(agent);
    running.add(stepped);
    return stepped;
  }

  @Override
  public Executor blocking(String name, int threads) {
    TaskAgent tasks = new TaskAgent(name);
    start(tasks);
    return tasks;
  }

  @Override
  public void helpFrom(Executor later) {
    // Who steps the agents does all the work.
  }

  /** Runs one step of one agent. Returns what it did. */
  public int step() {
    if (running.isEmpty()) {
      return 0;
    }
    steps++;
    return running.get(random.nextInt(running.size())).agent.doWork();
  }

  /** How many steps agents have made so far. */
  public long steps() {
    return steps;
  }

  /**
   * Runs steps until no agent has anything to do. Time stands still.
   *
   * @throws IllegalStateException when that does not happen within {@code maxSteps}
   */
  public void runUntilIdle(int maxSteps) {
    for (long end = steps + maxSteps; steps < end; ) {
      int done = 0;
      List<Stepped> round = new ArrayList<>(running);
      java.util.Collections.shuffle(round, random);
      for (Stepped stepped : round) {
        if (running.contains(stepped)) {
          done += stepped.agent.doWork();
          steps++;
        }
      }
      if (done == 0) {
        return;
      }
    }
    throw new IllegalStateException("agents are still busy after " + maxSteps + " steps");
  }

  /** Runs until idle, moving the clock from deadline to deadline up to {@code durationMs} later. */
  public void runFor(long durationMs, int maxSteps) {
    long endNs = clock.nanoTime() + durationMs * 1_000_000L;
    runUntilIdle(maxSteps);
    while (true) {
      long nextNs = Long.MAX_VALUE;
      for (Stepped stepped : running) {
        nextNs = Math.min(nextNs, stepped.agent.nextDeadlineNs());
      }
      if (nextNs > endNs) {
        break;
      }
      clock.advanceToNs(Math.max(nextNs, clock.nanoTime() + 1));
      runUntilIdle(maxSteps);
    }
    clock.advanceToNs(endNs);
    runUntilIdle(maxSteps);
  }

  /** Drops every agent without closing it, as a killed process would. */
  public void kill() {
    running.clear();
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      running.get(running.size() - 1).close();
    }
  }

  private final class Stepped implements Handle {
    private final Agent agent;

    Stepped(Agent agent) {
      this.agent = agent;
    }

    @Override
    public void signal() {
      // Every agent is looked at in every round.
    }

    @Override
    public void close() {
      if (running.remove(this)) {
        agent.onClose();
      }
    }
  }

  private static final class TaskAgent implements Agent, Executor {
    private final String name;
    private final List<Runnable> tasks = new ArrayList<>();

    TaskAgent(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public int doWork() {
      if (tasks.isEmpty()) {
        return 0;
      }
      tasks.remove(0).run();
      return 1;
    }
  }
}

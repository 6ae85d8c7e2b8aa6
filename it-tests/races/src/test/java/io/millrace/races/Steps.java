package io.millrace.races;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The threads of one scenario. What waits is given as a lambda: the model checker does not see
 * through a reference to a method of the platform, such as {@code thread::join}.
 */
public final class Steps {
  /** What did not hold, on whatever thread, even where its exception was seen to. */
  private static final List<Throwable> FAILED = new CopyOnWriteArrayList<>();

  private Steps() {}

  /** Something to do that may be interrupted, which does not happen here. */
  @FunctionalInterface
  public interface Step {
    void run() throws Exception;
  }

  /** Runs a scenario, and fails if anything in it has failed on any thread. */
  static void scenario(Runnable scenario) {
    FAILED.clear();
    scenario.run();
    rethrow();
  }

  private static void rethrow() {
    if (!FAILED.isEmpty()) {
      Throwable first = FAILED.get(0);
      throw new AssertionError(first.getMessage(), first);
    }
  }

  /** Runs all at the same time, each on a thread of its own, until all have ended. */
  public static void together(Step... steps) {
    List<Thread> threads = new ArrayList<>();
    for (Step step : steps) {
      Thread thread = new Thread(() -> recorded(step));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      guarded(() -> thread.join());
    }
    rethrow();
  }

  private static void recorded(Step step) {
    try {
      step.run();
    } catch (Exception | AssertionError e) {
      FAILED.add(e);
    }
  }

  /** Runs a step here. What it throws ends the scenario, and the search. */
  public static void guarded(Step step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Fails the scenario unless something holds. Any thread. */
  public static void check(boolean holds, String what) {
    if (!holds) {
      AssertionError failure = new AssertionError("does not hold: " + what);
      FAILED.add(failure);
      throw failure;
    }
  }
}

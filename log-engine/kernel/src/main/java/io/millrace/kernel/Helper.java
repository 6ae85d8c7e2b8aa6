package io.millrace.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The agents that one thread has signalled and will run itself, as soon as it has finished what it
 * is about. By then all that it has for them has gathered, and it holds no lock. One thread only.
 */
final class Helper {
  private static final ThreadLocal<@Nullable Helper> OF_THREAD = new ThreadLocal<>();

  private final @Nullable Executor later;
  private final List<AgentRunner> signalled = new ArrayList<>();
  private boolean runs;

  private Helper(@Nullable Executor later) {
    this.later = later;
  }

  /** The calling thread helps in tasks of {@code later}. */
  static void register(Executor later) {
    OF_THREAD.set(new Helper(later));
  }

  /** The calling thread helps when it calls {@link #run}. */
  static Helper register() {
    Helper helper = new Helper(null);
    OF_THREAD.set(helper);
    return helper;
  }

  /** The calling thread's; null when it does not help. */
  static @Nullable Helper current() {
    return OF_THREAD.get();
  }

  /** Takes note that an agent has work. Returns false when it cannot be helped from here. */
  boolean add(AgentRunner runner) {
    if (signalled.contains(runner)) {
      return true;
    }
    if (later != null && !runs && signalled.isEmpty()) {
      try {
        later.execute(this::run);
      } catch (RejectedExecutionException ending) {
        return false;
      }
    }
    signalled.add(runner);
    return true;
  }

  /** Runs what was signalled; one after the other, as each may signal more. */
  void run() {
    runs = true;
    while (!signalled.isEmpty()) {
      signalled.remove(signalled.size() - 1).help();
    }
    runs = false;
  }
}

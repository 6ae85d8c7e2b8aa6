package io.millrace.server.net;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** {@link LoopTask}: it sees all that came before it was asked for, and waits once for the loop. */
public final class LoopTaskRaces {
  private LoopTaskRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("an event loop leaves nothing behind", 60, LoopTaskRaces::nothingLeft),
        new Race("an event loop is asked once", 60, LoopTaskRaces::askedOnce));
  }

  /** Runs what it has when the scenario says so. */
  private static final class Loop implements Executor {
    private final Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by this

    @Override
    public synchronized void execute(Runnable task) {
      check(tasks.isEmpty(), "the task waits once");
      tasks.add(task);
    }

    private synchronized @Nullable Runnable poll() {
      return tasks.poll();
    }

    boolean runNext() {
      Runnable next = poll();
      if (next == null) {
        return false;
      }
      next.run();
      return true;
    }
  }

  private static void nothingLeft() {
    AtomicInteger come = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    Loop loop = new Loop();
    LoopTask task = new LoopTask(() -> seen.set(come.get()));
    comes(come, task, loop);
    together(() -> comes(come, task, loop), () -> loop.runNext());
    runAll(loop);
    check(seen.get() == 2, "both were seen, not " + seen.get());
  }

  private static void askedOnce() {
    AtomicInteger come = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    Loop loop = new Loop();
    LoopTask task = new LoopTask(() -> seen.set(come.get()));
    together(() -> comes(come, task, loop), () -> comes(come, task, loop), () -> loop.runNext());
    runAll(loop);
    check(seen.get() == 2, "both were seen, not " + seen.get());
  }

  private static void runAll(Loop loop) {
    while (loop.runNext()) {
      // Until it has nothing to do.
    }
  }

  private static void comes(AtomicInteger come, LoopTask task, Loop loop) {
    come.incrementAndGet();
    task.schedule(loop);
  }
}

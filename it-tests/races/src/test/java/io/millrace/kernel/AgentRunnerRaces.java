package io.millrace.kernel;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.races.Parking;
import io.millrace.races.Race;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@link AgentRunner} and {@link Helper}: what was put before a signal is done, by one thread at a
 * time, whoever takes the turn.
 */
public final class AgentRunnerRaces {
  private AgentRunnerRaces() {}

  static {
    Parking.model(MethodHandles.lookup(), "AgentRunner");
  }

  public static List<Race> all() {
    return List.of(
        new Race("an agent that threads help hears every signal", 60, AgentRunnerRaces::helped),
        new Race("an agent hears every signal", 60, AgentRunnerRaces::ownThread),
        new Race("a helper hands over what is too much for it", 60, AgentRunnerRaces::tooMuch),
        new Race("a helper hands over what is due later", 60, AgentRunnerRaces::dueLater),
        new Race(
            "an agent that is helped closes once, behind its work", 60, AgentRunnerRaces::closed));
  }

  /** Counts down what was put, and checks that nobody else does at the same time. */
  private static class Work implements Agent {
    final AtomicInteger put = new AtomicInteger();
    final CountDownLatch done;
    final AtomicBoolean owned = new AtomicBoolean();
    final boolean anywhere;
    final int perStep;

    /** Not atomic: an owner sees what the one before has done. */
    int counted;

    Work(int expected, boolean anywhere, int perStep) {
      this.done = new CountDownLatch(expected);
      this.anywhere = anywhere;
      this.perStep = perStep;
    }

    @Override
    public String name() {
      return "work";
    }

    @Override
    public boolean runsAnywhere() {
      return anywhere;
    }

    @Override
    public int doWork() {
      check(owned.compareAndSet(false, true), "one owner at a time");
      int found = Math.min(perStep, put.get());
      put.addAndGet(-found);
      counted += found;
      for (int i = 0; i < found; i++) {
        done.countDown();
      }
      owned.set(false);
      return found;
    }
  }

  private static void signal(Work work, AgentRunner runner) {
    work.put.incrementAndGet();
    runner.signal();
  }

  /** As a thread that helps: signals, and has finished what it was about. */
  private static void signalAndHelp(Work work, AgentRunner runner) {
    Helper helper = Helper.register();
    signal(work, runner);
    helper.run();
  }

  private static void finish(Work work, AgentRunner runner, int expected) {
    guarded(() -> work.done.await());
    runner.close();
    check(work.counted == expected, "every piece of work is seen by its owner");
  }

  private static void ownThread() {
    Work work = new Work(2, false, 9);
    AgentRunner runner = new AgentRunner(work, new VirtualClock(0));
    runner.start();
    together(() -> signal(work, runner), () -> signal(work, runner));
    finish(work, runner, 2);
  }

  private static void helped() {
    Work work = new Work(2, true, 9);
    AgentRunner runner = new AgentRunner(work, new VirtualClock(0));
    runner.start();
    together(() -> signalAndHelp(work, runner), () -> signalAndHelp(work, runner));
    finish(work, runner, 2);
  }

  private static void tooMuch() {
    Work work = new Work(6, true, 1);
    AgentRunner runner = new AgentRunner(work, new VirtualClock(0));
    runner.start();
    together(
        () -> {
          work.put.addAndGet(5);
          signalAndHelp(work, runner);
        });
    finish(work, runner, 6);
  }

  /**
   * The first piece of work sets a timer, which only the own thread can keep; the second may come
   * then.
   */
  private static void dueLater() {
    AtomicLong now = new AtomicLong();
    Work work =
        new Work(3, true, 1) {
          private long dueNs = Long.MAX_VALUE;

          @Override
          public int doWork() {
            int done = super.doWork();
            if (done > 0 && counted == 1) {
              dueNs = 3;
            } else if (now.get() >= dueNs) {
              dueNs = Long.MAX_VALUE;
              put.incrementAndGet();
              return 1;
            }
            return done;
          }

          @Override
          public long nextDeadlineNs() {
            return dueNs;
          }
        };
    AgentRunner runner = new AgentRunner(work, new TickingClock(now));
    runner.start();
    together(() -> signalAndHelp(work, runner), () -> signalAndHelp(work, runner));
    finish(work, runner, 3);
  }

  private static void closed() {
    AtomicInteger closings = new AtomicInteger();
    Work work =
        new Work(1, true, 1) {
          @Override
          public int doWork() {
            check(closings.get() == 0, "no step behind the end");
            return super.doWork();
          }

          @Override
          public void onClose() {
            check(!owned.get(), "nobody runs the agent when it closes");
            closings.incrementAndGet();
          }
        };
    AgentRunner runner = new AgentRunner(work, new VirtualClock(0));
    runner.start();
    together(() -> signalAndHelp(work, runner), () -> runner.close());
    check(closings.get() == 1, "closed once");
  }

  /** A nanosecond passes each time that somebody looks. */
  private record TickingClock(AtomicLong now) implements Clock {
    @Override
    public long nanoTime() {
      return now.getAndIncrement();
    }

    @Override
    public long wallMs() {
      return 0;
    }
  }
}

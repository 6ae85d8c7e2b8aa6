package io.millrace.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One order of steps that a search of all of them comes to late. */
class AgentRunnerTest {
  private static final long DUE_NS = 1;

  /**
   * The own thread has seen that nobody runs the agent and that something is due, and asks for the
   * time in between; just then another thread takes the turn.
   */
  @Test
  void theOwnThreadDoesNotTakeTheTurnOfAHelperThatWasFaster() throws Exception {
    // given
    Scene scene = new Scene();

    // when
    scene.runner.start();
    boolean looked = scene.lookedAgain.await(60, TimeUnit.SECONDS);
    scene.helping.join();
    scene.runner.close();

    // then
    assertThat(looked).as("the own thread goes on").isTrue();
    assertThat(scene.mostAtATime).hasValue(1);
  }

  /**
   * An agent whose time comes at the own thread's first look at the clock. The helper's first step
   * lasts until the own thread has come to its next: a look at the clock, or a step.
   */
  private static final class Scene implements Agent, Clock {
    private final CountDownLatch inStep = new CountDownLatch(1);
    private final CountDownLatch lookedAgain = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostAtATime = new AtomicInteger();
    private final AgentRunner runner = new AgentRunner(this, this);
    private final Thread helping = new Thread(this::help, "helping");

    /** Owned by the own thread. */
    private int looks;

    private volatile long dueNs = DUE_NS;

    @Override
    public String name() {
      return "scene";
    }

    @Override
    public boolean runsAnywhere() {
      return true;
    }

    @Override
    public long nextDeadlineNs() {
      return dueNs;
    }

    @Override
    public int doWork() {
      int now = running.incrementAndGet();
      mostAtATime.accumulateAndGet(now, Math::max);
      if (Thread.currentThread() == helping) {
        inStep.countDown();
        await(lookedAgain);
        dueNs = Long.MAX_VALUE;
      } else if (now > 1) {
        lookedAgain.countDown();
      }
      running.decrementAndGet();
      return 0;
    }

    @Override
    public long nanoTime() {
      if (++looks == 1) {
        helping.start();
        await(inStep);
      } else {
        lookedAgain.countDown();
      }
      return DUE_NS;
    }

    @Override
    public long wallMs() {
      return 0;
    }

    private void help() {
      Helper helper = Helper.register();
      runner.signal();
      helper.run();
    }

    private static void await(CountDownLatch latch) {
      try {
        if (!latch.await(60, TimeUnit.SECONDS)) {
          throw new IllegalStateException("the other thread does not go on");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}

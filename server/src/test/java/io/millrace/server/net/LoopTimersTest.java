package io.millrace.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.kernel.Timers;
import io.millrace.kernel.VirtualClock;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopTimersTest {
  private final VirtualClock clock = new VirtualClock(0);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopTimers timers = new LoopTimers(channel.eventLoop(), clock);
  private final List<String> fired = new ArrayList<>();

  LoopTimersTest() {
    channel.freezeTime();
  }

  private void pass(long ms) {
    for (int i = 0; i < ms; i++) {
      clock.advanceToNs(clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1));
      channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  @Test
  void firesInTheOrderOfTheirTimesAndNeverEarly() {
    timers.after(500, () -> fired.add("late"));
    timers.after(20, () -> fired.add("soon"));
    pass(19);
    assertThat(fired).isEmpty();
    pass(5);
    assertThat(fired).containsExactly("soon");
    pass(475);
    assertThat(fired).containsExactly("soon");
    pass(5);
    assertThat(fired).containsExactly("soon", "late");
  }

  @Test
  void doesNotFireWhatWasCancelled() {
    Timers.Timer polled = timers.after(20, () -> fired.add("cancelled"));
    timers.after(30, () -> fired.add("stays"));
    polled.cancel();
    pass(100);
    assertThat(fired).containsExactly("stays");
  }

  @Test
  void aTimerMaySetTheNextOne() {
    beat();
    pass(105);
    assertThat(fired).hasSize(9);
  }

  private void beat() {
    timers.after(
        10,
        () -> {
          fired.add("beat");
          beat();
        });
  }

  @Test
  void aThousandCancelledTimersLeaveOneAlarm() {
    for (int i = 0; i < 1_000; i++) {
      timers.after(500, () -> fired.add("cancelled")).cancel();
    }
    timers.after(600, () -> fired.add("last"));
    pass(700);
    assertThat(fired).containsExactly("last");
    assertThat(channel.runScheduledPendingTasks()).as("nothing is scheduled").isEqualTo(-1);
  }
}

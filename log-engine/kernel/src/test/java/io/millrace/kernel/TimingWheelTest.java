package io.millrace.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimingWheelTest {
  private final VirtualClock clock = new VirtualClock(0);
  private final TimingWheel wheel = new TimingWheel(clock);

  @Test
  void firesNeverEarlyAndAtMostOneMillisecondLate() {
    Random random = new Random(7);
    List<Long> late = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      // Delays of every magnitude, from nothing to years.
      long delayMs = random.nextLong(1L << random.nextInt(1, 37));
      long setMs = clock.nanoTime() / 1_000_000;
      wheel.after(delayMs, () -> late.add(clock.nanoTime() / 1_000_000 - setMs - delayMs));
      if (random.nextInt(4) == 0) {
        clock.advanceToNs(clock.nanoTime() + random.nextInt(5_000_000));
        wheel.advance(Integer.MAX_VALUE);
      }
    }
    while (wheel.size() > 0) {
      clock.advanceToNs(Math.max(wheel.nextDeadlineNs(), clock.nanoTime()));
      wheel.advance(Integer.MAX_VALUE);
    }
    assertThat(late).hasSize(20_000).allMatch(ms -> ms >= 0 && ms <= 5);
  }

  @Test
  void aCancelledTimerDoesNotFire() {
    List<String> fired = new ArrayList<>();
    Timers.Timer first = wheel.after(10, () -> fired.add("first"));
    wheel.after(10, () -> fired.add("second"));
    first.cancel();
    first.cancel();
    clock.advanceToNs(1_000_000_000);
    assertThat(wheel.advance(10)).isEqualTo(1);
    assertThat(fired).containsExactly("second");
    assertThat(wheel.size()).isZero();
  }

  @Test
  void aTimerSetByATimerFires() {
    List<String> fired = new ArrayList<>();
    wheel.after(5, () -> wheel.after(100_000, () -> fired.add("inner")));
    clock.advanceToNs(50_000_000);
    wheel.advance(10);
    clock.advanceToNs(200_000_000_000L);
    wheel.advance(10);
    assertThat(fired).containsExactly("inner");
  }

  @Test
  void runsAtMostAsManyAsAsked() {
    for (int i = 0; i < 10; i++) {
      wheel.after(1, () -> {});
    }
    clock.advanceToNs(10_000_000);
    assertThat(wheel.advance(4)).isEqualTo(4);
    assertThat(wheel.nextDeadlineNs()).isLessThanOrEqualTo(clock.nanoTime());
    assertThat(wheel.advance(10)).isEqualTo(6);
  }
}

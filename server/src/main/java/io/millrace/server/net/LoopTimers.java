package io.millrace.server.net;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Timers;
import io.millrace.kernel.TimingWheel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one event loop: a timing wheel behind one alarm of the loop, so that a long poll
 * that is answered early costs next to nothing. On the event loop only.
 */
final class LoopTimers implements Timers {
  private static final int BURST = 1_000;

  private final EventExecutor loop;
  private final Clock clock;
  private final TimingWheel wheel;
  private @Nullable ScheduledFuture<?> alarm;
  private long alarmNs;

  LoopTimers(EventExecutor loop, Clock clock) {
    this.loop = loop;
    this.clock = clock;
    this.wheel = new TimingWheel(clock);
  }

  @Override
  public Timer after(long delayMs, Runnable work) {
    Timer timer = wheel.after(delayMs, work);
    setAlarm();
    return timer;
  }

  private void ring() {
    alarm = null;
    wheel.advance(BURST);
    setAlarm();
  }

  private void setAlarm() {
    long deadlineNs = wheel.nextDeadlineNs();
    if (deadlineNs == Long.MAX_VALUE) {
      return;
    }
    ScheduledFuture<?> set = alarm;
    if (set != null) {
      if (alarmNs - deadlineNs <= 0) {
        return;
      }
      set.cancel(false);
    }
    alarmNs = deadlineNs;
    alarm = loop.schedule(this::ring, deadlineNs - clock.nanoTime(), TimeUnit.NANOSECONDS);
  }
}

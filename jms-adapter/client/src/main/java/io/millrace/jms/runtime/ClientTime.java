package io.millrace.jms.runtime;

import java.util.concurrent.TimeUnit;

/** The client's clock. */
public final class ClientTime {
  private ClientTime() {}

  /** Wall clock: milliseconds since the epoch, for timestamps that others see. */
  public static long nowMs() {
    return System.currentTimeMillis();
  }

  /** A clock that only goes forward, in nanoseconds, for time-outs. */
  public static long nanos() {
    return System.nanoTime();
  }

  /** The moment of {@link #nanos} that lies so many milliseconds ahead. */
  public static long deadlineAfterMs(long ms) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
  }
}

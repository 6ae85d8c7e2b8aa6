package io.millrace.server.door.admin.live;

import java.util.concurrent.TimeUnit;

/**
 * The rate of a counter over the last few samples. One thread at a time.
 *
 * <p>A counter that went back (the destination was deleted and made again) starts anew.
 */
final class RateWindow {
  private static final int SAMPLES = 6;

  private final long[] values = new long[SAMPLES];
  private final long[] timesNs = new long[SAMPLES];
  private int next;
  private int count;

  /** Takes a sample and gives the rate per second, between the oldest kept sample and this one. */
  double sample(long value, long nowNs) {
    if (count > 0 && value < values[(next + SAMPLES - 1) % SAMPLES]) {
      count = 0;
    }
    values[next] = value;
    timesNs[next] = nowNs;
    int newest = next;
    next = (next + 1) % SAMPLES;
    count = Math.min(count + 1, SAMPLES);
    int oldest = (next + SAMPLES - count) % SAMPLES;
    long elapsedNs = nowNs - timesNs[oldest];
    if (elapsedNs <= 0) {
      return 0;
    }
    double perSecond =
        (values[newest] - values[oldest]) * (double) TimeUnit.SECONDS.toNanos(1) / elapsedNs;
    return Math.round(perSecond * 10) / 10.0;
  }
}

package io.millrace.bench;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations in buckets of about 1.6 percent. Any thread. */
final class Latencies {
  private static final int STEPS_PER_DOUBLING = 64;
  private static final int LINEAR = 64;

  private final AtomicLongArray buckets = new AtomicLongArray(60 * STEPS_PER_DOUBLING);

  void add(long ns) {
    buckets.incrementAndGet(index(Math.max(0, ns)));
  }

  /** Microseconds within which that share of all lies; 0 when there were none. */
  double percentileUs(double share) {
    long total = 0;
    for (int i = 0; i < buckets.length(); i++) {
      total += buckets.get(i);
    }
    long wanted = (long) Math.ceil(share * total);
    long seen = 0;
    for (int i = 0; i < buckets.length(); i++) {
      seen += buckets.get(i);
      if (seen >= wanted && seen > 0) {
        return value(i) / 1e3;
      }
    }
    return 0;
  }

  private static int index(long ns) {
    if (ns < LINEAR) {
      return (int) ns;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(ns);
    return (exponent - 5) * STEPS_PER_DOUBLING + (int) ((ns >>> (exponent - 6)) & 63);
  }

  private static long value(int index) {
    if (index < LINEAR) {
      return index;
    }
    int exponent = index / STEPS_PER_DOUBLING + 5;
    return (64L + index % STEPS_PER_DOUBLING) << (exponent - 6);
  }
}

package io.millrace.examples;

import java.util.Locale;

/** Says how quickly something went. */
final class Stopwatch {
  private final long startedNs = System.nanoTime();

  /** Such as {@code 1500 orders in 0.42 s (3571/s)}. */
  String rate(long orders) {
    double seconds = Math.max(1, System.nanoTime() - startedNs) / 1e9;
    return String.format(
        Locale.ROOT, "%d orders in %.2f s (%.0f/s)", orders, seconds, orders / seconds);
  }
}

package io.millrace.server.quota;

/** Measures use against a bound. Times are of one clock that does not go back. One thread. */
interface Meter {

  /** Counts use; what is negative takes back what was counted before. */
  void record(double amount, double bound, long nowMs);

  /**
   * How long to wait until use is within the bound again.
   *
   * @param more looked at as if it were counted, too
   * @return milliseconds, rounded up; 0 when it is
   */
  long waitMs(double more, double bound, long nowMs);

  /** What can be used now without a wait; 0 or more. */
  double left(double bound, long nowMs);

  /** Whether it remembers nothing any more. */
  boolean isIdle(long nowMs);
}

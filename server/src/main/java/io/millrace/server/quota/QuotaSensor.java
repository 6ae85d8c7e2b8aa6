package io.millrace.server.quota;

/** The use of those who share a quota. Guarded by itself; any thread. */
final class QuotaSensor {
  /** Instead of a time to wait: this sensor was dropped, and another has taken its place. */
  static final long GONE = -1;

  private final Meter meter;
  private boolean dropped;

  QuotaSensor(Meter meter) {
    this.meter = meter;
  }

  /** Counts use and says how long to wait, in milliseconds; or {@link #GONE}. */
  synchronized long record(double amount, double bound, long nowMs) {
    if (dropped) {
      return GONE;
    }
    meter.record(amount, bound, nowMs);
    return meter.waitMs(0, bound, nowMs);
  }

  /**
   * Counts use unless it has to wait: then says for how long, and counts nothing. What is more than
   * fits is let through when nothing was used at all, or it would wait for ever.
   */
  synchronized long tryRecord(double amount, double bound, long nowMs) {
    if (dropped) {
      return GONE;
    }
    long waitMs = meter.isIdle(nowMs) ? 0 : meter.waitMs(amount, bound, nowMs);
    if (waitMs == 0) {
      meter.record(amount, bound, nowMs);
    }
    return waitMs;
  }

  /** Counts use unless it has to wait for longer than {@code mostMs}; says for how long. */
  synchronized long recordWithin(double amount, double bound, long mostMs, long nowMs) {
    if (dropped) {
      return GONE;
    }
    long waitMs = meter.waitMs(amount, bound, nowMs);
    if (waitMs <= mostMs) {
      meter.record(amount, bound, nowMs);
    }
    return waitMs;
  }

  /** How long to wait now, in milliseconds; or {@link #GONE}. */
  synchronized long waitMs(double bound, long nowMs) {
    return dropped ? GONE : meter.waitMs(0, bound, nowMs);
  }

  /** What can be used now without a wait, rounded down; or {@link #GONE}. */
  synchronized long left(double bound, long nowMs) {
    return dropped ? GONE : (long) meter.left(bound, nowMs);
  }

  /** Drops it if it remembers nothing. */
  synchronized boolean dropIfIdle(long nowMs) {
    dropped = dropped || meter.isIdle(nowMs);
    return dropped;
  }

  synchronized void drop() {
    dropped = true;
  }
}

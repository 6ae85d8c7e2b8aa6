package io.millrace.server.quota;

/**
 * A budget that fills up with time (KIP-599): what comes in a burst is allowed as far as nothing
 * was used for all the samples' time, and what goes beyond has to be waited for.
 */
final class TokenBucket implements Meter {
  private final double burstSeconds;

  /** What was used and has not filled up again. */
  private double used;

  private long updatedMs;
  private double lastBound;

  TokenBucket(QuotaConfig config) {
    this.burstSeconds = config.windowMs() / 1_000.0;
  }

  @Override
  public void record(double amount, double bound, long nowMs) {
    refill(bound, nowMs);
    used = Math.max(0, used + amount);
  }

  @Override
  public long waitMs(double more, double bound, long nowMs) {
    refill(bound, nowMs);
    double over = used + more - bound * burstSeconds;
    return over <= 0 ? 0 : (long) Math.ceil(over * 1_000 / bound);
  }

  @Override
  public double left(double bound, long nowMs) {
    refill(bound, nowMs);
    return Math.max(0, bound * burstSeconds - used);
  }

  private void refill(double bound, long nowMs) {
    used = used == 0 ? 0 : Math.max(0, used - bound * (nowMs - updatedMs) / 1_000);
    updatedMs = nowMs;
    lastBound = bound;
  }

  @Override
  public boolean isIdle(long nowMs) {
    refill(lastBound, nowMs);
    return used == 0;
  }
}

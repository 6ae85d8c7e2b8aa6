package io.millrace.server.quota;

/**
 * A rate over the last few samples of time, as Kafka measures it: a sample begins with the first
 * use after the one before was over, and is forgotten when it began longer ago than all samples
 * last. Time counts as passed for all samples but one from the beginning, so that a first use is
 * not taken for a high rate.
 */
final class WindowedRate implements Meter {
  private final long sampleMs;
  private final long[] starts;
  private final double[] sums;
  private int newest;
  private int count;

  WindowedRate(QuotaConfig config) {
    this.sampleMs = config.sampleMs();
    this.starts = new long[config.samples()];
    this.sums = new double[config.samples()];
  }

  @Override
  public void record(double amount, double bound, long nowMs) {
    forget(nowMs);
    if (count == 0 || nowMs - starts[newest] >= sampleMs) {
      newest = (newest + 1) % starts.length;
      count = Math.min(count + 1, starts.length);
      starts[newest] = nowMs;
      sums[newest] = 0;
    }
    sums[newest] += amount;
  }

  @Override
  public long waitMs(double more, double bound, long nowMs) {
    forget(nowMs);
    double total = total() + more;
    double windowMs = windowMs(nowMs);
    double wait = Math.ceil(total * 1_000 / bound - windowMs);
    return wait <= 0 ? 0 : (long) wait;
  }

  @Override
  public double left(double bound, long nowMs) {
    double used = total(nowMs);
    return Math.max(0, bound * windowMs(nowMs) / 1_000 - used);
  }

  /** What was used, as far as it is remembered. */
  double total(long nowMs) {
    forget(nowMs);
    return total();
  }

  private double total() {
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += sums[Math.floorMod(newest - i, sums.length)];
    }
    return total;
  }

  private long windowMs(long nowMs) {
    long least = (starts.length - 1) * sampleMs;
    if (count == 0) {
      return least;
    }
    long passed = nowMs - starts[Math.floorMod(newest - count + 1, starts.length)];
    long full = passed / sampleMs;
    return passed + Math.max(0, starts.length - 1 - full) * sampleMs;
  }

  private void forget(long nowMs) {
    long lastMs = starts.length * sampleMs;
    while (count > 0
        && nowMs - starts[Math.floorMod(newest - count + 1, starts.length)] >= lastMs) {
      count--;
    }
  }

  @Override
  public boolean isIdle(long nowMs) {
    forget(nowMs);
    return count == 0;
  }
}

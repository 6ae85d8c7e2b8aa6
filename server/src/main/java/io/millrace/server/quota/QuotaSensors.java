package io.millrace.server.quota;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sensors that are in use, by who shares them. Those that remember nothing are dropped; when
 * there are too many, all further ones that a quota is for share one. Any thread.
 */
final class QuotaSensors {
  /** Some hundred bytes each. */
  static final int MAX_SENSORS = 20_000;

  /** How often at most all are looked at. */
  private static final long SWEEP_MS = 10_000;

  private final QuotaConfig config;
  private final int max;
  private final Map<QuotaLimit.Bucket, QuotaSensor> sensors = new ConcurrentHashMap<>();
  private final AtomicLong nextSweepMs = new AtomicLong(Long.MIN_VALUE);

  QuotaSensors(QuotaConfig config, int max) {
    this.config = config;
    this.max = max;
  }

  /** The sensor of those who share a limit. */
  QuotaSensor get(QuotaLimit limit, long nowMs) {
    QuotaLimit.Bucket bucket = limit.bucket();
    QuotaSensor known = sensors.get(bucket);
    if (known != null) {
      return known;
    }
    sweep(nowMs);
    // A few more may come in at the same time; that does no harm.
    return sensors.computeIfAbsent(
        sensors.size() < max ? bucket : limit.shared(), key -> new QuotaSensor(meter(limit.key())));
  }

  private Meter meter(QuotaKey key) {
    return switch (key) {
      case CONTROLLER_MUTATION_RATE, CONNECTION_CREATION_RATE -> new TokenBucket(config);
      case PRODUCER_BYTE_RATE, CONSUMER_BYTE_RATE, REQUEST_PERCENTAGE -> new WindowedRate(config);
    };
  }

  private void sweep(long nowMs) {
    long next = nextSweepMs.get();
    if (nowMs < next || !nextSweepMs.compareAndSet(next, nowMs + SWEEP_MS)) {
      return;
    }
    sensors.values().removeIf(sensor -> sensor.dropIfIdle(nowMs));
  }

  /** Drops those for which there is no quota any more. */
  void retain(QuotaTable table) {
    sensors
        .entrySet()
        .removeIf(
            each -> {
              boolean unused = !table.limits(each.getKey().key());
              if (unused) {
                each.getValue().drop();
              }
              return unused;
            });
  }

  int size() {
    return sensors.size();
  }
}

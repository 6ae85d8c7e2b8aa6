package io.millrace.server.quota;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.kernel.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Measures what clients use, at all doors together, against the quotas of this moment. Where there
 * are none a question costs one volatile read. Any thread.
 */
public final class QuotaEnforcer {

  private record Throttled(String door, QuotaKey key) {}

  private final QuotaView view;
  private final QuotaConfig config;
  private final Clock clock;
  private final MeterRegistry meters;
  private final QuotaSensors sensors;
  private final Map<Throttled, Timer> throttled = new ConcurrentHashMap<>();

  public QuotaEnforcer(QuotaView view, QuotaConfig config, Clock clock, MeterRegistry meters) {
    this(view, config, clock, meters, QuotaSensors.MAX_SENSORS);
  }

  QuotaEnforcer(
      QuotaView view, QuotaConfig config, Clock clock, MeterRegistry meters, int maxSensors) {
    this.view = view;
    this.config = config;
    this.clock = clock;
    this.meters = meters;
    this.sensors = new QuotaSensors(config, maxSensors);
    view.addListener(sensors::retain);
    Gauge.builder("millrace.quota.sensors", sensors, QuotaSensors::size)
        .description("Users, client ids and addresses whose use is measured against quotas")
        .register(meters);
  }

  /** Whether anybody has such a quota. */
  public boolean limits(QuotaKey key) {
    return view.table().limits(key);
  }

  QuotaTable table() {
    return view.table();
  }

  QuotaSensor sensor(QuotaLimit limit) {
    return sensors.get(limit, nowMs());
  }

  long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime());
  }

  /** Bounded as the configuration says. */
  long bounded(QuotaKey key, long waitMs) {
    return Math.min(waitMs, config.maxThrottleMs(key));
  }

  /**
   * Counts a new connection of an address.
   *
   * @param address as {@link java.net.InetAddress#getHostAddress} says it
   * @return how long it has to wait until it is served, in milliseconds; negative when there are so
   *     many before it that it must go
   */
  public long connected(String address) {
    if (!limits(QuotaKey.CONNECTION_CREATION_RATE)) {
      return 0;
    }
    QuotaLimit limit = table().findAddress(address);
    if (limit == null) {
      return 0;
    }
    long nowMs = nowMs();
    long mostMs = config.maxThrottleMs(QuotaKey.CONNECTION_CREATION_RATE);
    long waitMs = QuotaSensor.GONE;
    while (waitMs == QuotaSensor.GONE) {
      // Who is sent away does not make others wait.
      waitMs = sensors.get(limit, nowMs).recordWithin(1, limit.bound(), mostMs, nowMs);
    }
    if (waitMs > mostMs) {
      return -1;
    }
    if (waitMs > 0) {
      throttled("net", QuotaKey.CONNECTION_CREATION_RATE, waitMs);
    }
    return waitMs;
  }

  /** Notes that somebody is made to wait. */
  public void throttled(String door, QuotaKey key, long waitMs) {
    throttled
        .computeIfAbsent(new Throttled(door, key), this::timer)
        .record(waitMs, TimeUnit.MILLISECONDS);
  }

  private Timer timer(Throttled what) {
    return Timer.builder("millrace.quota.throttle")
        .description("For how long clients were made to wait because of their quotas")
        .tag("door", what.door)
        .tag("quota", what.key.wireName())
        .register(meters);
  }
}

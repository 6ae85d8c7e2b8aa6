package io.millrace.server.quota;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The quotas of one connection: remembers which hold for its user and client id. Where nobody has
 * the quota in question each method is one volatile read; otherwise it takes a lock that is the
 * connection's own. Any thread.
 */
public final class ClientQuotas {
  /** Whoever has not said who it is, as in Kafka. */
  public static final String ANONYMOUS = "ANONYMOUS";

  private final QuotaEnforcer enforcer;
  private final String door;
  private final Supplier<@Nullable String> user;
  private final Map<QuotaKey, Measured> measured = new EnumMap<>(QuotaKey.class);

  /** A limit, how it was found, and who shares it. */
  private record Measured(
      QuotaTable table,
      String user,
      String clientId,
      @Nullable QuotaLimit limit,
      @Nullable QuotaSensor sensor) {}

  /** What is done with a sensor. */
  private interface Use {
    long of(QuotaSensor sensor, double bound, long nowMs);
  }

  /**
   * @param door for the metrics
   * @param user who the client has proved to be; null for nobody
   */
  public ClientQuotas(QuotaEnforcer enforcer, String door, Supplier<@Nullable String> user) {
    this.enforcer = enforcer;
    this.door = door;
    this.user = user;
  }

  /** Whether anybody has such a quota. */
  public boolean limits(QuotaKey key) {
    return enforcer.limits(key);
  }

  /**
   * Counts use, and says how long the client has to wait.
   *
   * @return milliseconds; 0 for not at all
   */
  public long record(QuotaKey key, @Nullable String clientId, double amount) {
    return limits(key)
        ? use(key, clientId, (sensor, bound, nowMs) -> sensor.record(amount, bound, nowMs))
        : 0;
  }

  /** The same, but counts nothing when the client has to wait. */
  public long tryRecord(QuotaKey key, @Nullable String clientId, double amount) {
    return limits(key)
        ? use(key, clientId, (sensor, bound, nowMs) -> sensor.tryRecord(amount, bound, nowMs))
        : 0;
  }

  /** How long the client has to wait for what was counted, in milliseconds. */
  public long waitMs(QuotaKey key, @Nullable String clientId) {
    return limits(key) ? use(key, clientId, QuotaSensor::waitMs) : 0;
  }

  /** What can be used now without a wait; more than anybody asks for where there is no quota. */
  public long left(QuotaKey key, @Nullable String clientId) {
    return limits(key) ? ask(key, clientId, Long.MAX_VALUE, QuotaSensor::left) : Long.MAX_VALUE;
  }

  /** Notes that the client is made to wait. */
  public void throttled(QuotaKey key, long waitMs) {
    enforcer.throttled(door, key, waitMs);
  }

  private long use(QuotaKey key, @Nullable String clientId, Use use) {
    return enforcer.bounded(key, ask(key, clientId, 0, use));
  }

  private synchronized long ask(
      QuotaKey key, @Nullable String clientId, long withoutQuota, Use use) {
    while (true) {
      Measured own = measured(key, clientId);
      if (own.limit == null || own.sensor == null) {
        return withoutQuota;
      }
      long answer = use.of(own.sensor, own.limit.bound(), enforcer.nowMs());
      if (answer != QuotaSensor.GONE) {
        return answer;
      }
      measured.remove(key);
    }
  }

  private Measured measured(QuotaKey key, @Nullable String clientIdOrNull) {
    QuotaTable table = enforcer.table();
    String name = user.get();
    String userName = name == null ? ANONYMOUS : name;
    String clientId = clientIdOrNull == null ? "" : clientIdOrNull;
    Measured known = measured.get(key);
    if (known != null
        && known.table == table
        && known.user.equals(userName)
        && known.clientId.equals(clientId)) {
      return known;
    }
    QuotaLimit limit = table.find(key, userName, clientId);
    Measured found =
        new Measured(
            table, userName, clientId, limit, limit == null ? null : enforcer.sensor(limit));
    measured.put(key, found);
    return found;
  }
}

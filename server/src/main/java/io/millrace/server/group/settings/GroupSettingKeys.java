package io.millrace.server.group.settings;

import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.TopicConfigKey;
import io.millrace.server.catalog.TopicConfigKey.Check;
import io.millrace.server.catalog.TopicConfigKey.ValueType;
import io.millrace.server.catalog.TopicNames;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of all settings of single groups, with the defaults and bounds that the server's
 * configuration gives them. Kafka's names where Kafka has them. Immutable.
 */
public final class GroupSettingKeys {
  public static final String CONSUMER_SESSION = "consumer.session.timeout.ms";
  public static final String CONSUMER_HEARTBEAT = "consumer.heartbeat.interval.ms";
  public static final String SHARE_SESSION = "share.session.timeout.ms";
  public static final String SHARE_HEARTBEAT = "share.heartbeat.interval.ms";
  public static final String LOCK_DURATION = "share.record.lock.duration.ms";
  public static final String DELIVERY_COUNT = "share.delivery.count.limit";
  public static final String MAX_LOCKS = "share.partition.max.record.locks";
  public static final String OFFSET_RESET = "share.auto.offset.reset";
  public static final String ISOLATION = "share.isolation.level";
  public static final String RENEW = "share.renew.acknowledge.enable";

  /** Whether the group takes its messages from a queue's own cursor. Not Kafka's. */
  public static final String QUEUE_CURSOR = "share.queue.cursor";

  /** Where records go that are given up (KIP-1191). */
  public static final String DEAD_LETTER_TOPIC = "errors.deadletterqueue.topic.name";

  public static final String READ_COMMITTED = "read_committed";
  public static final String LATEST = "latest";
  public static final String EARLIEST = "earliest";
  public static final String BY_DURATION = "by_duration:";

  /**
   * What the server's configuration says of groups that have no settings, and of their bounds. All
   * times in milliseconds.
   */
  public record Defaults(
      int minSessionMs,
      int maxSessionMs,
      int consumerSessionMs,
      int consumerHeartbeatMs,
      int shareSessionMs,
      int shareHeartbeatMs,
      long lockMs,
      int deliveryCount,
      int maxLocks) {}

  private static final Check BOOLEAN = oneOf("true", "false");

  private final Map<String, TopicConfigKey> table = new LinkedHashMap<>();

  public GroupSettingKeys(Defaults defaults) {
    Check session =
        range(Math.min(defaults.minSessionMs, defaults.consumerSessionMs), defaults.maxSessionMs);
    Check heartbeat = range(1, defaults.maxSessionMs);
    add(
        CONSUMER_SESSION,
        ValueType.INT,
        Integer.toString(defaults.consumerSessionMs),
        session,
        "How long a member of the group may stay silent, if it is of the new protocol (KIP-848).");
    add(
        CONSUMER_HEARTBEAT,
        ValueType.INT,
        Integer.toString(defaults.consumerHeartbeatMs),
        heartbeat,
        "How often such members are told to send heartbeats; below the session timeout.");
    add(
        SHARE_SESSION,
        ValueType.INT,
        Integer.toString(defaults.shareSessionMs),
        range(Math.min(defaults.minSessionMs, defaults.shareSessionMs), defaults.maxSessionMs),
        "How long a member of the group may stay silent, if it is a share group (KIP-932).");
    add(
        SHARE_HEARTBEAT,
        ValueType.INT,
        Integer.toString(defaults.shareHeartbeatMs),
        heartbeat,
        "How often such members are told to send heartbeats; below the session timeout.");
    add(
        LOCK_DURATION,
        ValueType.INT,
        Long.toString(defaults.lockMs),
        range(1_000, 3_600_000),
        "How long a record that was given to a member of a share group is its own.");
    add(
        DELIVERY_COUNT,
        ValueType.INT,
        Integer.toString(defaults.deliveryCount),
        range(1, 100),
        "After how many deliveries in vain a record is given up.");
    add(
        MAX_LOCKS,
        ValueType.INT,
        Integer.toString(defaults.maxLocks),
        range(100, Math.max(100, defaults.maxLocks)),
        "Records of one partition that members of a share group may hold together.");
    add(
        OFFSET_RESET,
        ValueType.STRING,
        LATEST,
        GroupSettingKeys::resetProblem,
        "Where a share group begins in a partition that is new to it: latest, earliest, or"
            + " by_duration:PT… for records that are not older.");
    add(
        ISOLATION,
        ValueType.STRING,
        "read_uncommitted",
        oneOf("read_uncommitted", READ_COMMITTED),
        "Whether a share group waits for open transactions and leaves out aborted ones"
            + " (read_committed), or is given all that is durable.");
    add(
        RENEW,
        ValueType.BOOLEAN,
        "true",
        BOOLEAN,
        "Whether members may keep records for longer by renewing their locks (KIP-1222).");
    add(
        DEAD_LETTER_TOPIC,
        ValueType.STRING,
        "",
        value -> value.isEmpty() ? null : nameProblem(value),
        "The topic that records go to that are given up (KIP-1191); none while it is empty.");
    add(
        QUEUE_CURSOR,
        ValueType.BOOLEAN,
        "false",
        BOOLEAN,
        "Whether a share group takes its messages from the queue's own cursor, in competition with"
            + " the queue's JMS consumers.");
  }

  private void add(
      String name, ValueType type, String defaultValue, Check check, String documentation) {
    table.put(name, new TopicConfigKey(name, type, defaultValue, check, true, documentation));
  }

  /** All, in a stable order. */
  public Collection<TopicConfigKey> all() {
    return Collections.unmodifiableCollection(table.values());
  }

  /**
   * The setting of that name.
   *
   * @throws CatalogException {@link CatalogException.Reason#INVALID_CONFIG} when there is none
   */
  public TopicConfigKey get(String name) {
    TopicConfigKey key = table.get(name);
    if (key == null) {
      throw new CatalogException(
          CatalogException.Reason.INVALID_CONFIG,
          "groups have no setting " + name + "; there are: " + String.join(", ", table.keySet()));
    }
    return key;
  }

  /**
   * Checks settings against each other.
   *
   * @throws CatalogException {@link CatalogException.Reason#INVALID_CONFIG}
   */
  public void checkTogether(Map<String, String> settings) {
    checkSession(settings, CONSUMER_HEARTBEAT, CONSUMER_SESSION);
    checkSession(settings, SHARE_HEARTBEAT, SHARE_SESSION);
  }

  private void checkSession(Map<String, String> settings, String heartbeat, String session) {
    if (number(settings, heartbeat) >= number(settings, session)) {
      throw new CatalogException(
          CatalogException.Reason.INVALID_CONFIG, heartbeat + " must be below " + session);
    }
  }

  private long number(Map<String, String> settings, String name) {
    return Long.parseLong(settings.getOrDefault(name, get(name).defaultValue()).trim());
  }

  // ---- values

  /**
   * How old records may be with which a share group begins, of a value that begins with {@link
   * #BY_DURATION} and was checked.
   */
  public static long durationMs(String reset) {
    return Duration.parse(reset.substring(BY_DURATION.length())).toMillis();
  }

  private static @Nullable String resetProblem(String value) {
    if (value.equals(LATEST) || value.equals(EARLIEST)) {
      return null;
    }
    if (!value.startsWith(BY_DURATION)) {
      return "must be latest, earliest or by_duration:, followed by a duration such as PT1H";
    }
    try {
      return durationMs(value) < 0 ? "the duration must not be negative" : null;
    } catch (DateTimeParseException | ArithmeticException e) {
      return "not a duration of ISO 8601 such as PT1H or P2D";
    }
  }

  private static @Nullable String nameProblem(String value) {
    try {
      TopicNames.check(value);
      return null;
    } catch (CatalogException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Check range(long min, long max) {
    return value -> {
      long number;
      try {
        number = Long.parseLong(value.trim());
      } catch (NumberFormatException e) {
        return "not a whole number";
      }
      return number < min || number > max ? "must be from " + min + " to " + max : null;
    };
  }

  private static Check oneOf(String... allowed) {
    List<String> all = new ArrayList<>(List.of(allowed));
    return value -> all.contains(value) ? null : "must be " + String.join(" or ", all);
  }
}

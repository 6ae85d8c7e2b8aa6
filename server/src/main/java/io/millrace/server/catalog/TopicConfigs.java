package io.millrace.server.catalog;

import io.millrace.log.Durability;
import io.millrace.log.LogConfig;
import java.util.Locale;
import java.util.Map;

/**
 * What a topic's settings come to: the topic's own value, or the server's default for all topics,
 * or the table's. Immutable; any thread.
 */
public final class TopicConfigs {
  private final Map<String, String> serverDefaults;

  /**
   * Settings with defaults of this server.
   *
   * @param serverDefaults by name; checked here
   * @throws CatalogException when one of them is unknown or refused
   */
  public TopicConfigs(Map<String, String> serverDefaults) {
    check(serverDefaults);
    this.serverDefaults = Map.copyOf(serverDefaults);
  }

  /**
   * Checks settings that are to be given to a topic.
   *
   * @throws CatalogException {@link CatalogException.Reason#INVALID_CONFIG}
   */
  public static void check(Map<String, String> config) {
    config.forEach((name, value) -> TopicConfigKeys.get(name).check(value));
  }

  /** The value that a topic without own settings has. */
  public String defaultValue(String name) {
    String own = serverDefaults.get(name);
    return own != null ? own : TopicConfigKeys.get(name).defaultValue();
  }

  /** Whether the server's configuration sets the default of this setting. */
  public boolean isServerDefault(String name) {
    return serverDefaults.containsKey(name);
  }

  /** The value in force for a topic. */
  public String value(Topic topic, String name) {
    String own = topic.config().get(name);
    if (own != null) {
      return own;
    }
    if (topic.kind().isTemporary() && name.equals(TopicConfigKeys.DURABILITY)) {
      return "memory";
    }
    return defaultValue(name);
  }

  public long number(Topic topic, String name) {
    return Long.parseLong(value(topic, name).trim());
  }

  public Durability durability(Topic topic) {
    return Durability.valueOf(value(topic, TopicConfigKeys.DURABILITY).toUpperCase(Locale.ROOT));
  }

  /** Whether records get the time of their arrival instead of their producer's. */
  public boolean logAppendTime(Topic topic) {
    return value(topic, TopicConfigKeys.MESSAGE_TIMESTAMP_TYPE).equals("LogAppendTime");
  }

  /** How the logs of a topic's partitions are kept. */
  public LogConfig logConfig(Topic topic) {
    return new LogConfig(
        durability(topic),
        (int) number(topic, TopicConfigKeys.SEGMENT_BYTES),
        number(topic, TopicConfigKeys.SEGMENT_MS),
        number(topic, TopicConfigKeys.RETENTION_MS),
        number(topic, TopicConfigKeys.RETENTION_BYTES),
        Math.max(1, (int) number(topic, TopicConfigKeys.MAX_MESSAGE_BYTES)));
  }
}

package io.millrace.server.catalog;

import io.millrace.log.Compaction;
import io.millrace.log.Durability;
import io.millrace.log.LogConfig;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    checkTogether(config);
  }

  /**
   * Checks that settings of one topic, each of which is right, do not contradict each other.
   *
   * @throws CatalogException {@link CatalogException.Reason#INVALID_CONFIG}
   */
  static void checkTogether(Map<String, String> config) {
    String least = config.get(TopicConfigKeys.MIN_COMPACTION_LAG_MS);
    String most = config.get(TopicConfigKeys.MAX_COMPACTION_LAG_MS);
    if (least != null
        && most != null
        && Long.parseLong(least.trim()) > Long.parseLong(most.trim())) {
      throw new CatalogException(
          CatalogException.Reason.INVALID_CONFIG,
          TopicConfigKeys.MIN_COMPACTION_LAG_MS
              + "="
              + least
              + ": must not be above "
              + TopicConfigKeys.MAX_COMPACTION_LAG_MS
              + "="
              + most);
    }
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

  /** Whether of the records with one key the last is kept, so that each needs a key. */
  public boolean isCompacted(Topic topic) {
    return CleanupPolicy.compacts(value(topic, TopicConfigKeys.CLEANUP_POLICY));
  }

  /** Whether old records are deleted, by age and size. */
  public boolean isDeletedByRetention(Topic topic) {
    return CleanupPolicy.deletes(value(topic, TopicConfigKeys.CLEANUP_POLICY));
  }

  private @Nullable Compaction compaction(Topic topic) {
    return isCompacted(topic)
        ? new Compaction(
            Double.parseDouble(value(topic, TopicConfigKeys.MIN_CLEANABLE_DIRTY_RATIO).trim()),
            number(topic, TopicConfigKeys.MIN_COMPACTION_LAG_MS),
            number(topic, TopicConfigKeys.MAX_COMPACTION_LAG_MS),
            number(topic, TopicConfigKeys.DELETE_RETENTION_MS))
        : null;
  }

  /** How the logs of a topic's partitions are kept. */
  public LogConfig logConfig(Topic topic) {
    boolean deletes = isDeletedByRetention(topic);
    Compaction compaction = compaction(topic);
    long segmentMs = number(topic, TopicConfigKeys.SEGMENT_MS);
    return new LogConfig(
        durability(topic),
        (int) number(topic, TopicConfigKeys.SEGMENT_BYTES),
        // The last segment is never compacted, and nothing may wait for longer than this.
        compaction == null ? segmentMs : Math.min(segmentMs, compaction.maxLagMs()),
        deletes ? number(topic, TopicConfigKeys.RETENTION_MS) : -1,
        deletes ? number(topic, TopicConfigKeys.RETENTION_BYTES) : -1,
        Math.max(1, (int) number(topic, TopicConfigKeys.MAX_MESSAGE_BYTES)),
        compaction);
  }
}

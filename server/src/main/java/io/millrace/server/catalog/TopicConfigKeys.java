package io.millrace.server.catalog;

import static io.millrace.server.catalog.TopicConfigKey.any;
import static io.millrace.server.catalog.TopicConfigKey.oneOf;
import static io.millrace.server.catalog.TopicConfigKey.range;
import static io.millrace.server.catalog.TopicConfigKey.ratio;

import io.millrace.server.catalog.TopicConfigKey.Check;
import io.millrace.server.catalog.TopicConfigKey.ValueType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of all settings of a topic. Kafka's names and defaults where Kafka has them. */
public final class TopicConfigKeys {
  public static final String CLEANUP_POLICY = "cleanup.policy";
  public static final String COMPRESSION_TYPE = "compression.type";
  public static final String DELETE_RETENTION_MS = "delete.retention.ms";
  public static final String MAX_COMPACTION_LAG_MS = "max.compaction.lag.ms";
  public static final String MIN_CLEANABLE_DIRTY_RATIO = "min.cleanable.dirty.ratio";
  public static final String MIN_COMPACTION_LAG_MS = "min.compaction.lag.ms";
  public static final String MAX_MESSAGE_BYTES = "max.message.bytes";

  /** How far ahead of the server's clock a Kafka producer's time may be, in milliseconds. */
  public static final String MESSAGE_TIMESTAMP_AFTER_MAX_MS = "message.timestamp.after.max.ms";

  /** How far behind the server's clock a Kafka producer's time may be, in milliseconds. */
  public static final String MESSAGE_TIMESTAMP_BEFORE_MAX_MS = "message.timestamp.before.max.ms";

  public static final String MESSAGE_TIMESTAMP_TYPE = "message.timestamp.type";
  public static final String MIN_INSYNC_REPLICAS = "min.insync.replicas";
  public static final String RETENTION_BYTES = "retention.bytes";
  public static final String RETENTION_MS = "retention.ms";
  public static final String SEGMENT_BYTES = "segment.bytes";
  public static final String SEGMENT_MS = "segment.ms";

  /** When an append counts as done: fsync, os or memory. */
  public static final String DURABILITY = "millrace.durability";

  /** How long settled messages of a queue stay replayable. */
  public static final String REPLAY_RETENTION_MS = "millrace.replay.retention.ms";

  /** After how many deliveries a message goes to the dead-letter queue. */
  public static final String MAX_DELIVERY_ATTEMPTS = "millrace.max.delivery.attempts";

  /** Where messages go that cannot be delivered. */
  public static final String DEAD_LETTER_QUEUE = "millrace.dead.letter.queue";

  private static final String WEEK_MS = "604800000";
  private static final String FOREVER = "9223372036854775807";
  private static final Check AT_LEAST_0 = range(0, Long.MAX_VALUE);
  private static final Check AT_LEAST_1 = range(1, Long.MAX_VALUE);
  private static final Check INT_AT_LEAST_0 = range(0, Integer.MAX_VALUE);
  private static final Check OR_UNLIMITED = range(-1, Long.MAX_VALUE);
  private static final Check BOOLEAN = oneOf("true", "false");

  private static final Map<String, TopicConfigKey> TABLE = new LinkedHashMap<>();

  static {
    effective(
        CLEANUP_POLICY,
        ValueType.LIST,
        "delete",
        CleanupPolicy::problemWith,
        "What becomes of old records: 'delete' removes them when retention is exceeded, 'compact'"
            + " keeps the last one of each key, 'compact,delete' does both. Where it compacts, every"
            + " record needs a key.");
    effective(
        COMPRESSION_TYPE,
        ValueType.STRING,
        "producer",
        value ->
            value.equals("producer")
                ? null
                : "only 'producer' is available: batches are kept as they were sent",
        "Batches keep the compression that their producer chose.");
    effective(
        DELETE_RETENTION_MS,
        ValueType.LONG,
        "86400000",
        AT_LEAST_0,
        "How long records without a value, and the ends of transactions, are still kept after"
            + " compaction met them first, in milliseconds.");
    effective(
        MAX_COMPACTION_LAG_MS,
        ValueType.LONG,
        FOREVER,
        AT_LEAST_1,
        "A partition is compacted, whatever its dirty ratio, when something of it waits for longer,"
            + " in milliseconds.");
    effective(
        MIN_CLEANABLE_DIRTY_RATIO,
        ValueType.DOUBLE,
        "0.5",
        ratio(),
        "A partition is compacted when more than this part of what can be compacted came since the"
            + " last time.");
    effective(
        MIN_COMPACTION_LAG_MS,
        ValueType.LONG,
        "0",
        AT_LEAST_0,
        "Records are not compacted before they are this old, in milliseconds.");
    effective(
        MAX_MESSAGE_BYTES,
        ValueType.INT,
        "1048588",
        INT_AT_LEAST_0,
        "The largest record batch that is taken, in bytes.");
    effective(
        MESSAGE_TIMESTAMP_AFTER_MAX_MS,
        ValueType.LONG,
        "3600000",
        AT_LEAST_0,
        "Records of Kafka producers whose time is further ahead of the server's are refused, in"
            + " milliseconds. Not where records get the time of their arrival.");
    effective(
        MESSAGE_TIMESTAMP_BEFORE_MAX_MS,
        ValueType.LONG,
        FOREVER,
        AT_LEAST_0,
        "Records of Kafka producers whose time is further behind the server's are refused, in"
            + " milliseconds. Not where records get the time of their arrival.");
    effective(
        MESSAGE_TIMESTAMP_TYPE,
        ValueType.STRING,
        "CreateTime",
        oneOf("CreateTime", "LogAppendTime"),
        "Whether records keep their producer's time or get the time of their arrival.");
    effective(
        RETENTION_BYTES,
        ValueType.LONG,
        "-1",
        OR_UNLIMITED,
        "Oldest segments of a partition are deleted while it is larger, in bytes; -1: no limit.");
    effective(
        RETENTION_MS,
        ValueType.LONG,
        WEEK_MS,
        OR_UNLIMITED,
        "Records are deleted after this time, in milliseconds; -1: never. What a queue or"
            + " durable subscription has not settled is kept.");
    effective(
        SEGMENT_BYTES,
        ValueType.INT,
        "1073741824",
        range(1024 * 1024, Integer.MAX_VALUE),
        "Size at which a segment is closed and a new one begun, in bytes.");
    effective(
        SEGMENT_MS,
        ValueType.LONG,
        WEEK_MS,
        AT_LEAST_1,
        "Age at which a segment is closed although it is not full, in milliseconds.");
    effective(
        DURABILITY,
        ValueType.STRING,
        "fsync",
        oneOf("fsync", "os", "memory"),
        "When a record is acknowledged: 'fsync' on disk, 'os' in the page cache, 'memory' at once.");
    effective(
        REPLAY_RETENTION_MS,
        ValueType.LONG,
        WEEK_MS,
        OR_UNLIMITED,
        "How long settled messages of a queue stay replayable, in milliseconds; -1: for ever.");
    effective(
        MAX_DELIVERY_ATTEMPTS,
        ValueType.INT,
        "10",
        range(0, 65535),
        "After so many failed deliveries a message becomes a dead letter; 0: never.");
    effective(
        DEAD_LETTER_QUEUE,
        ValueType.STRING,
        "",
        any(),
        "The queue of this topic's dead letters; empty: 'DLQ.' and the topic's name.");

    ignored("compression.gzip.level", ValueType.INT, "-1", range(-1, 9));
    ignored("compression.lz4.level", ValueType.INT, "9", range(1, 17));
    ignored("compression.zstd.level", ValueType.INT, "3", range(-131072, 22));
    ignored("errors.deadletterqueue.group.enable", ValueType.BOOLEAN, "false", BOOLEAN);
    ignored("file.delete.delay.ms", ValueType.LONG, "60000", AT_LEAST_0);
    ignored("flush.messages", ValueType.LONG, FOREVER, AT_LEAST_1);
    ignored("flush.ms", ValueType.LONG, FOREVER, AT_LEAST_0);
    ignored("follower.replication.throttled.replicas", ValueType.LIST, "", any());
    ignored("index.interval.bytes", ValueType.INT, "4096", INT_AT_LEAST_0);
    ignored("leader.replication.throttled.replicas", ValueType.LIST, "", any());
    ignored("local.retention.bytes", ValueType.LONG, "-2", range(-2, Long.MAX_VALUE));
    ignored("local.retention.ms", ValueType.LONG, "-2", range(-2, Long.MAX_VALUE));
    ignored("message.downconversion.enable", ValueType.BOOLEAN, "true", BOOLEAN);
    ignored(MIN_INSYNC_REPLICAS, ValueType.INT, "1", range(1, Integer.MAX_VALUE));
    ignored("preallocate", ValueType.BOOLEAN, "false", BOOLEAN);
    ignored("remote.copy.lag.bytes", ValueType.LONG, "0", range(-2, Long.MAX_VALUE));
    ignored("remote.copy.lag.ms", ValueType.LONG, "0", range(-2, Long.MAX_VALUE));
    ignored("remote.log.copy.disable", ValueType.BOOLEAN, "false", BOOLEAN);
    ignored("remote.log.delete.on.disable", ValueType.BOOLEAN, "false", BOOLEAN);
    ignored(
        "remote.storage.enable",
        ValueType.BOOLEAN,
        "false",
        value -> value.equals("false") ? null : "there is no remote storage");
    ignored("segment.index.bytes", ValueType.INT, "10485760", range(4, Integer.MAX_VALUE));
    ignored("segment.jitter.ms", ValueType.LONG, "0", AT_LEAST_0);
    ignored("unclean.leader.election.enable", ValueType.BOOLEAN, "false", BOOLEAN);
  }

  private TopicConfigKeys() {}

  private static void effective(
      String name, ValueType type, String defaultValue, Check check, String documentation) {
    TABLE.put(name, new TopicConfigKey(name, type, defaultValue, check, true, documentation));
  }

  private static void ignored(String name, ValueType type, String defaultValue, Check check) {
    TABLE.put(
        name,
        new TopicConfigKey(
            name,
            type,
            defaultValue,
            check,
            false,
            "Taken because Kafka's clients and tools set it; changes nothing here."));
  }

  /** All settings, in the order of the table. */
  public static Collection<TopicConfigKey> all() {
    return TABLE.values();
  }

  public static @Nullable TopicConfigKey find(String name) {
    return TABLE.get(name);
  }

  /**
   * The setting of this name.
   *
   * @throws CatalogException {@link CatalogException.Reason#INVALID_CONFIG} when there is none
   */
  public static TopicConfigKey get(String name) {
    TopicConfigKey key = TABLE.get(name);
    if (key == null) {
      throw new CatalogException(
          CatalogException.Reason.INVALID_CONFIG, "there is no topic setting named " + name);
    }
    return key;
  }
}

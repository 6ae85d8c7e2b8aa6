package io.millrace.server.partition;

import io.millrace.batch.BatchFormat;
import io.millrace.batch.RecordView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.catalog.TopicConfigs;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a topic asks of each record that clients send to it. Immutable.
 *
 * @param keyed whether it must have a key, as the topic is compacted
 * @param earliestMs the earliest time that it may have, in milliseconds since the epoch; a record
 *     without a time has none that is wrong
 * @param latestMs the latest
 */
public record RecordRules(boolean keyed, long earliestMs, long latestMs) implements Serializable {

  /** Why a record is refused. */
  enum Offence {
    /** It has no key. */
    KEY,
    /** Its time is out of bounds. */
    TIME
  }

  /** Any key, or none, and any time. */
  public static final RecordRules ANY = new RecordRules(false, Long.MIN_VALUE, Long.MAX_VALUE);

  private static final RecordRules KEYED = new RecordRules(true, Long.MIN_VALUE, Long.MAX_VALUE);

  /** What a topic asks of messages whose time is not their sender's own claim. */
  public static RecordRules untimed(TopicConfigs configs, Topic topic) {
    return configs.isCompacted(topic) ? KEYED : ANY;
  }

  /**
   * What a topic asks of Kafka's producers.
   *
   * @param nowMs the server's time, in milliseconds since the epoch
   */
  public static RecordRules timed(TopicConfigs configs, Topic topic, long nowMs) {
    if (configs.logAppendTime(topic)) {
      return untimed(configs, topic);
    }
    long before = configs.number(topic, TopicConfigKeys.MESSAGE_TIMESTAMP_BEFORE_MAX_MS);
    long after = configs.number(topic, TopicConfigKeys.MESSAGE_TIMESTAMP_AFTER_MAX_MS);
    return new RecordRules(
        configs.isCompacted(topic),
        before == Long.MAX_VALUE ? Long.MIN_VALUE : nowMs - before,
        after > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : nowMs + after);
  }

  /** What is wrong with a record; null when nothing is. */
  @Nullable Offence offenceOf(RecordView record) {
    if (keyed && !record.hasKey()) {
      return Offence.KEY;
    }
    long time = record.timestamp();
    return time != BatchFormat.NO_TIMESTAMP && (time < earliestMs || time > latestMs)
        ? Offence.TIME
        : null;
  }
}

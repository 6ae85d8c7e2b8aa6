package io.millrace.server.group;

import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.jspecify.annotations.Nullable;

/**
 * How much members of consumer groups may say. A group is written anew as a whole when its shard's
 * state log is shortened, in one batch, so that what its members say is bounded together.
 */
final class ConsumerLimits {
  /** Names of topics that a member may subscribe to. */
  static final int NAMES = 100_000;

  /** Characters of all these names together. */
  static final int CHARACTERS = 1_000_000;

  /** Topics, and partitions, that a member may say that it has. */
  static final int PARTITIONS = 1_000_000;

  /** Of what all members of a group say, about; see {@link ConsumerMember#saidBytes}. */
  static final long GROUP_BYTES = 16 << 20;

  /** Of what a member says; for one that comes to a group that it changes the protocol of. */
  static final long MEMBER_BYTES = 2 << 20;

  /** Different patterns of a group's members. */
  static final int PATTERNS = 100;

  private ConsumerLimits() {}

  /** What a request has too much of; null when that is nothing. */
  static @Nullable String exceeded(ConsumerGroupHeartbeatRequestData data) {
    String names = exceeded(data.subscribedTopicNames());
    if (names != null) {
      return names;
    }
    List<TopicPartitions> topics = data.topicPartitions();
    if (topics != null) {
      long partitions = topics.size();
      for (TopicPartitions topic : topics) {
        partitions += topic.partitions().size();
      }
      if (partitions > PARTITIONS) {
        return "A member has at most " + PARTITIONS + " topics and partitions.";
      }
    }
    return null;
  }

  /** What there is too much of in names of topics that a member subscribes to; null for nothing. */
  static @Nullable String exceeded(@Nullable List<String> names) {
    if (names == null) {
      return null;
    }
    if (names.size() > NAMES) {
      return "A member subscribes to at most " + NAMES + " topics by name.";
    }
    long characters = 0;
    for (String name : names) {
      characters += name.length();
    }
    if (characters > CHARACTERS) {
      return "The names that a member subscribes to have at most "
          + CHARACTERS
          + " characters together.";
    }
    return null;
  }
}

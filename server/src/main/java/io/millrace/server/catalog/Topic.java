package io.millrace.server.catalog;

import io.millrace.log.LogId;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A topic, as the catalogue knows it. Immutable; any thread.
 *
 * @param id never used for another topic
 * @param name unique among the topics and queues that exist
 * @param partitions 1 or more
 * @param config what was set for this topic, by name; what is not in it has its default, see {@link
 *     TopicConfigs}
 * @param owner the key of the connection to which a temporary topic belongs, else null
 * @param createdMs milliseconds since the epoch
 */
public record Topic(
    UUID id,
    String name,
    TopicKind kind,
    int partitions,
    Map<String, String> config,
    @Nullable String owner,
    long createdMs) {

  public Topic {
    if (partitions < 1) {
      throw new IllegalArgumentException("a topic has at least one partition: " + name);
    }
    config = Map.copyOf(config);
  }

  /** The id of a partition's log. */
  public LogId partition(int index) {
    return new LogId(id, index);
  }

  public boolean hasPartition(int index) {
    return index >= 0 && index < partitions;
  }

  Topic withPartitions(int count) {
    return new Topic(id, name, kind, count, config, owner, createdMs);
  }

  Topic withConfig(Map<String, String> other) {
    return new Topic(id, name, kind, partitions, other, owner, createdMs);
  }
}

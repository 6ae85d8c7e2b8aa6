package io.millrace.server.catalog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A topic that somebody wants. Immutable.
 *
 * @param partitions {@link #DEFAULT_PARTITIONS}, or 1 or more
 * @param config settings that differ from the defaults, by name
 * @param owner the key of the connection to which a temporary topic belongs, else null
 */
public record TopicSpec(
    String name,
    TopicKind kind,
    int partitions,
    Map<String, String> config,
    @Nullable String owner) {

  /** As many as the server's configuration says: one for queues. */
  public static final int DEFAULT_PARTITIONS = -1;

  public TopicSpec {
    config = Map.copyOf(config);
    if (kind.isTemporary() != (owner != null)) {
      throw new IllegalArgumentException("temporary topics have an owner, and only they");
    }
  }

  public static TopicSpec topic(String name) {
    return new TopicSpec(name, TopicKind.TOPIC, DEFAULT_PARTITIONS, Map.of(), null);
  }

  public static TopicSpec topic(String name, int partitions) {
    return new TopicSpec(name, TopicKind.TOPIC, partitions, Map.of(), null);
  }

  public static TopicSpec queue(String name) {
    return new TopicSpec(name, TopicKind.QUEUE, DEFAULT_PARTITIONS, Map.of(), null);
  }

  /** A temporary queue or topic of a connection. */
  public static TopicSpec temporary(String name, TopicKind kind, String owner) {
    return new TopicSpec(name, kind, 1, Map.of(), owner);
  }

  public TopicSpec withConfig(Map<String, String> other) {
    return new TopicSpec(name, kind, partitions, other, owner);
  }
}

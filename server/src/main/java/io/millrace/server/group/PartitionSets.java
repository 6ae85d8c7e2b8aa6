package io.millrace.server.group;

import io.millrace.log.LogId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.apache.kafka.common.Uuid;

/** Sets of partitions: what can be done with them, and their forms on the wire. */
final class PartitionSets {
  private PartitionSets() {}

  /** A copy that nobody changes, and that is always walked in the same order. */
  static Set<LogId> of(Collection<LogId> some) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(some));
  }

  static Set<LogId> both(Set<LogId> one, Set<LogId> other) {
    Set<LogId> both = new LinkedHashSet<>(one);
    both.retainAll(other);
    return Collections.unmodifiableSet(both);
  }

  static Set<LogId> without(Set<LogId> from, Set<LogId> some) {
    Set<LogId> rest = new LinkedHashSet<>(from);
    rest.removeAll(some);
    return Collections.unmodifiableSet(rest);
  }

  /** The partitions' indexes by topic, both in order. */
  static Map<UUID, List<Integer>> byTopic(Set<LogId> some) {
    Map<UUID, List<Integer>> byTopic = new TreeMap<>();
    for (LogId each : some) {
      byTopic.computeIfAbsent(each.group(), topic -> new ArrayList<>()).add(each.index());
    }
    byTopic.values().forEach(Collections::sort);
    return byTopic;
  }

  /** Hands the topics with their partitions to something that makes elements of an answer. */
  static void each(Set<LogId> some, BiConsumer<Uuid, List<Integer>> element) {
    byTopic(some).forEach((topic, indexes) -> element.accept(toKafka(topic), indexes));
  }

  static Uuid toKafka(UUID id) {
    return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  static UUID fromKafka(Uuid id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}

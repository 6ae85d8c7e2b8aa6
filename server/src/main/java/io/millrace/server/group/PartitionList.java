package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Partitions by topic, as the records of consumer groups write them. */
final class PartitionList {
  private PartitionList() {}

  /** How many bytes that many partitions may take: each has a topic of its own. */
  static long weight(int partitions) {
    return 24L * partitions;
  }

  static void write(Set<LogId> partitions, StateWriter out) {
    Map<UUID, List<Integer>> byTopic = PartitionSets.byTopic(partitions);
    out.putInt(byTopic.size());
    byTopic.forEach(
        (topic, indexes) -> {
          out.putUuid(topic);
          out.putInt(indexes.size());
          indexes.forEach(out::putInt);
        });
  }

  static Set<LogId> read(StateReader in) {
    Set<LogId> partitions = new LinkedHashSet<>();
    int topics = in.getCount();
    for (int i = 0; i < topics; i++) {
      UUID topic = in.getUuid();
      int count = in.getCount();
      for (int j = 0; j < count; j++) {
        partitions.add(new LogId(topic, in.getInt()));
      }
    }
    return partitions;
  }
}

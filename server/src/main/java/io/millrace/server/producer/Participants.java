package io.millrace.server.producer;

import io.millrace.log.LogId;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Partitions and consumer groups that take part in a transaction. Immutable. */
record Participants(List<LogId> partitions, List<String> groups) {

  Participants {
    partitions = List.copyOf(partitions);
    groups = List.copyOf(groups);
  }

  static Participants partitions(Collection<LogId> partitions) {
    return new Participants(List.copyOf(partitions), List.of());
  }

  static Participants group(String groupId) {
    return new Participants(List.of(), List.of(groupId));
  }

  int count() {
    return partitions.size() + groups.size();
  }

  void write(StateWriter out) {
    out.putInt(partitions.size());
    for (LogId partition : partitions) {
      out.putUuid(partition.group()).putInt(partition.index());
    }
    out.putInt(groups.size());
    groups.forEach(out::putString);
  }

  static Participants read(StateReader in) {
    List<LogId> partitions = new ArrayList<>();
    for (int left = in.getCount(); left > 0; left--) {
      partitions.add(new LogId(in.getUuid(), in.getInt()));
    }
    List<String> groups = new ArrayList<>();
    for (int left = in.getCount(); left > 0; left--) {
      groups.add(in.getString());
    }
    return new Participants(partitions, groups);
  }
}

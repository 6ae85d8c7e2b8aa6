package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Offsets by partition, as the group's records write them. */
final class OffsetList {
  private OffsetList() {}

  static void write(Map<LogId, CommittedOffset> offsets, StateWriter out) {
    out.putInt(offsets.size());
    offsets.forEach(
        (partition, committed) -> {
          out.putUuid(partition.group());
          out.putInt(partition.index());
          out.putLong(committed.offset());
          out.putInt(committed.leaderEpoch());
          out.putString(committed.metadata());
          out.putLong(committed.committedMs());
        });
  }

  static Map<LogId, CommittedOffset> read(StateReader in) {
    int count = in.getCount();
    Map<LogId, CommittedOffset> offsets = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      UUID topic = in.getUuid();
      int partition = in.getInt();
      long offset = in.getLong();
      int leaderEpoch = in.getInt();
      String metadata = in.getString();
      offsets.put(
          new LogId(topic, partition),
          new CommittedOffset(offset, leaderEpoch, metadata, in.getLong()));
    }
    return offsets;
  }
}

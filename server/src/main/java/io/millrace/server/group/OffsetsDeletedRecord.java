package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Committed offsets of a group were deleted, or have expired. */
record OffsetsDeletedRecord(String groupId, List<LogId> partitions) implements StateRecord {
  static final RecordType TYPE =
      new RecordType(33, "offsets-deleted", 1, OffsetsDeletedRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putInt(partitions.size());
    for (LogId partition : partitions) {
      out.putUuid(partition.group());
      out.putInt(partition.index());
    }
  }

  private static OffsetsDeletedRecord read(StateReader in, int version) {
    String groupId = in.getString();
    int count = in.getCount();
    List<LogId> partitions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      UUID topic = in.getUuid();
      partitions.add(new LogId(topic, in.getInt()));
    }
    return new OffsetsDeletedRecord(groupId, partitions);
  }
}

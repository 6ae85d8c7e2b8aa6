package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.MergeableRecord;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A group committed offsets. Commits between two group commits of the log become one record. */
record OffsetsCommittedRecord(String groupId, Map<LogId, CommittedOffset> offsets)
    implements MergeableRecord {
  static final RecordType TYPE =
      new RecordType(32, "offsets-committed", 1, OffsetsCommittedRecord::read);

  private record MergeKey(String groupId) {}

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public Object mergeKey() {
    return new MergeKey(groupId);
  }

  @Override
  public MergeableRecord mergedWith(MergeableRecord later) {
    Map<LogId, CommittedOffset> both = new LinkedHashMap<>(offsets);
    both.putAll(((OffsetsCommittedRecord) later).offsets);
    return new OffsetsCommittedRecord(groupId, both);
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
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

  private static OffsetsCommittedRecord read(StateReader in, int version) {
    String groupId = in.getString();
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
    return new OffsetsCommittedRecord(groupId, offsets);
  }
}

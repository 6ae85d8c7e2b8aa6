package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.MergeableRecord;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** A group committed offsets. Commits between two group commits of the log become one record. */
record OffsetsCommittedRecord(String groupId, Map<LogId, CommittedOffset> offsets)
    implements MergeableRecord {
  static final RecordType TYPE =
      new RecordType(32, "offsets-committed", 1, OffsetsCommittedRecord::read);

  private static final int BYTES_PER_OFFSET = 44;

  private record MergeKey(String groupId) {}

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public long weight() {
    long weight = 0;
    for (CommittedOffset offset : offsets.values()) {
      weight += BYTES_PER_OFFSET + offset.metadata().length();
    }
    return weight;
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
    OffsetList.write(offsets, out);
  }

  private static OffsetsCommittedRecord read(StateReader in, int version) {
    return new OffsetsCommittedRecord(in.getString(), OffsetList.read(in));
  }
}

package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.Set;

/** How it is with a share group's cursors in these partitions, from here on. */
record SharePartitionsRecord(String groupId, State state, Set<LogId> partitions)
    implements StateRecord {
  static final RecordType TYPE =
      new RecordType(44, "share-partitions", 1, SharePartitionsRecord::read);

  /** Whether there are cursors. */
  enum State {
    /** There are none. */
    GONE,
    /** There may be: they are about to be made, or to be removed. */
    PENDING,
    /** There are. */
    READY
  }

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public long weight() {
    return PartitionList.weight(partitions.size());
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putInt(state.ordinal());
    PartitionList.write(partitions, out);
  }

  private static SharePartitionsRecord read(StateReader in, int version) {
    String groupId = in.getString();
    int state = in.getInt();
    if (state < 0 || state >= State.values().length) {
      throw new IllegalArgumentException("no state of a share group's partitions: " + state);
    }
    return new SharePartitionsRecord(groupId, State.values()[state], PartitionList.read(in));
  }
}

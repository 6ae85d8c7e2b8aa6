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
    GONE(0),
    /** There may be: they are about to be made, or to be removed. */
    PENDING(1),
    /** There are. */
    READY(2);

    private final int code;

    State(int code) {
      this.code = code;
    }

    static State of(int code) {
      for (State each : values()) {
        if (each.code == code) {
          return each;
        }
      }
      throw new IllegalArgumentException("no state of a share group's partitions: " + code);
    }
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
    out.putInt(state.code);
    PartitionList.write(partitions, out);
  }

  private static SharePartitionsRecord read(StateReader in, int version) {
    String groupId = in.getString();
    return new SharePartitionsRecord(groupId, State.of(in.getInt()), PartitionList.read(in));
  }
}

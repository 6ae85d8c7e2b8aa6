package io.millrace.server.group;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A consumer group begins an epoch. The group is of the new protocol from now on; what was kept of
 * its classic generation is no longer so, but its offsets stay.
 *
 * @param changedMs when the epoch began, in milliseconds since the epoch of time
 */
record ConsumerGroupRecord(String groupId, int epoch, long changedMs) implements StateRecord {
  static final RecordType TYPE = new RecordType(36, "consumer-group", 1, ConsumerGroupRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putInt(epoch);
    out.putLong(changedMs);
  }

  private static ConsumerGroupRecord read(StateReader in, int version) {
    return new ConsumerGroupRecord(in.getString(), in.getInt(), in.getLong());
  }
}

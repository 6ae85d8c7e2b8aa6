package io.millrace.server.group;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/** A member is no longer in its consumer group; its partitions are free. */
record ConsumerMemberLeftRecord(String groupId, String memberId) implements StateRecord {
  static final RecordType TYPE =
      new RecordType(38, "consumer-member-left", 1, ConsumerMemberLeftRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putString(memberId);
  }

  private static ConsumerMemberLeftRecord read(StateReader in, int version) {
    return new ConsumerMemberLeftRecord(in.getString(), in.getString());
  }
}

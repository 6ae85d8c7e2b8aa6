package io.millrace.server.group;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/** A member of a share group is gone. */
record ShareMemberLeftRecord(String groupId, String memberId) implements StateRecord {
  static final RecordType TYPE =
      new RecordType(42, "share-member-left", 1, ShareMemberLeftRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putString(memberId);
  }

  private static ShareMemberLeftRecord read(StateReader in, int version) {
    return new ShareMemberLeftRecord(in.getString(), in.getString());
  }
}

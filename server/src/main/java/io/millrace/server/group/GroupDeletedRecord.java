package io.millrace.server.group;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/** A group was deleted with its committed offsets. */
record GroupDeletedRecord(String groupId) implements StateRecord {
  static final RecordType TYPE = new RecordType(31, "group-deleted", 1, GroupDeletedRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
  }

  private static GroupDeletedRecord read(StateReader in, int version) {
    return new GroupDeletedRecord(in.getString());
  }
}

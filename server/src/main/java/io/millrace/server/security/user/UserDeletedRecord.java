package io.millrace.server.security.user;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/** A user is gone. */
record UserDeletedRecord(String name) implements StateRecord {
  static final RecordType TYPE = new RecordType(11, "user-deleted", 1, UserDeletedRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(name);
  }

  private static UserDeletedRecord read(StateReader in, int version) {
    return new UserDeletedRecord(in.getString());
  }
}

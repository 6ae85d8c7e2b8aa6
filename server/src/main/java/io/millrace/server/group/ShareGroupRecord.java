package io.millrace.server.group;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A share group (KIP-932) begins an epoch: there is such a group from here on.
 *
 * @param changedMs when that was, in milliseconds since 1970
 */
record ShareGroupRecord(String groupId, int epoch, long changedMs) implements StateRecord {
  static final RecordType TYPE = new RecordType(40, "share-group", 1, ShareGroupRecord::read);

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

  private static ShareGroupRecord read(StateReader in, int version) {
    return new ShareGroupRecord(in.getString(), in.getInt(), in.getLong());
  }
}

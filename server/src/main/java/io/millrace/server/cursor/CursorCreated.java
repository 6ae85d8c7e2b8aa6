package io.millrace.server.cursor;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A cursor part begins.
 *
 * @param key the part
 * @param floor the first offset that is not settled
 */
record CursorCreated(CursorKey key, long floor) implements CursorRecord {
  static final RecordType TYPE = new RecordType(60, "cursor-created", 1, CursorCreated::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    key.write(out);
    out.putLong(floor);
  }

  private static StateRecord read(StateReader in, int version) {
    return new CursorCreated(CursorKey.read(in), in.getLong());
  }
}

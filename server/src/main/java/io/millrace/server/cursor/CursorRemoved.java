package io.millrace.server.cursor;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A cursor part ends, with all that it knew.
 *
 * @param key the part
 */
record CursorRemoved(CursorKey key) implements CursorRecord {
  static final RecordType TYPE = new RecordType(64, "cursor-removed", 1, CursorRemoved::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    key.write(out);
  }

  private static StateRecord read(StateReader in, int version) {
    return new CursorRemoved(CursorKey.read(in));
  }
}

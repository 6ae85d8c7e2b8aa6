package io.millrace.server.cursor;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A cursor part is put to an offset: everything below is settled, nothing from there on, and every
 * delivery count is forgotten.
 *
 * @param key the part
 * @param floor the offset
 */
record CursorMoved(CursorKey key, long floor) implements CursorRecord {
  static final RecordType TYPE = new RecordType(66, "cursor-moved", 1, CursorMoved::read);

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
    return new CursorMoved(CursorKey.read(in), in.getLong());
  }
}

package io.millrace.server.cursor;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * From now on messages up to an offset may be delivered; one record stands for many deliveries.
 * After a crash, what is below and not settled may have been delivered before, to a client that is
 * gone.
 *
 * @param key the part
 * @param reach the first offset that may not be delivered; 0 when nothing is in flight any more
 */
record CursorReached(CursorKey key, long reach) implements CursorRecord {
  static final RecordType TYPE = new RecordType(67, "cursor-reached", 1, CursorReached::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    key.write(out);
    out.putLong(reach);
  }

  private static StateRecord read(StateReader in, int version) {
    return new CursorReached(CursorKey.read(in), in.getLong());
  }
}

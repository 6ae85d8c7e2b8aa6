package io.millrace.server.cursor;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A consumer begins or ends to take messages from a cursor part. After a restart the part waits a
 * little for those that had begun.
 *
 * @param key the part
 * @param consumer who
 * @param present whether it begins
 */
record CursorHolder(CursorKey key, ConsumerKey consumer, boolean present) implements CursorRecord {
  static final RecordType TYPE = new RecordType(65, "cursor-holder", 1, CursorHolder::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    key.write(out);
    consumer.write(out);
    out.putBoolean(present);
  }

  private static StateRecord read(StateReader in, int version) {
    return new CursorHolder(CursorKey.read(in), ConsumerKey.read(in), in.getBoolean());
  }
}

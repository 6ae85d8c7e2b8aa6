package io.millrace.server.cursor;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.List;

/**
 * Messages were delivered in vain: each run's count of such deliveries rises by one.
 *
 * @param key the part
 * @param runs which ones
 */
record CursorCounted(CursorKey key, List<OffsetRun> runs) implements CursorRecord {
  static final RecordType TYPE = new RecordType(62, "cursor-counted", 1, CursorCounted::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    key.write(out);
    OffsetRun.writeAll(runs, out);
  }

  private static StateRecord read(StateReader in, int version) {
    return new CursorCounted(CursorKey.read(in), OffsetRun.readAll(in));
  }
}

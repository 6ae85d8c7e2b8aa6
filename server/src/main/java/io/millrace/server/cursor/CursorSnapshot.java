package io.millrace.server.cursor;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.nio.ByteBuffer;

/**
 * All that a cursor part must know, in one record; it replaces what was known before.
 *
 * @param key the part
 * @param version of the state's format
 * @param state what {@link CursorState#write} gave; copied, because the state goes on while the
 *     record waits to be appended
 */
record CursorSnapshot(CursorKey key, int version, ByteBuffer state) implements CursorRecord {
  static final RecordType TYPE = new RecordType(63, "cursor-snapshot", 2, CursorSnapshot::read);

  static CursorSnapshot of(CursorKey key, CursorState state) {
    StateWriter bytes = new StateWriter();
    state.write(bytes);
    ByteBuffer view = bytes.view();
    byte[] copy = new byte[view.remaining()];
    view.get(copy);
    return new CursorSnapshot(key, TYPE.version(), ByteBuffer.wrap(copy));
  }

  CursorState restore() {
    return CursorState.read(new StateReader(state.duplicate()), version);
  }

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    key.write(out);
    out.putBuffer(state);
  }

  private static StateRecord read(StateReader in, int version) {
    return new CursorSnapshot(CursorKey.read(in), version, ByteBuffer.wrap(in.getBytes()));
  }
}

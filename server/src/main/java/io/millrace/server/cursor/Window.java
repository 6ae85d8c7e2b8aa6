package io.millrace.server.cursor;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The blocks from which a cursor part delivers now: a small cache, never more than its budget and
 * one read. The shard's thread.
 */
final class Window {
  private final TreeMap<Long, RecordBlock> blocks = new TreeMap<>();
  private final int budget;
  private long bytes;

  Window(int budget) {
    this.budget = budget;
  }

  /** The block that has an offset, if it is here. */
  @Nullable RecordBlock find(long offset) {
    Map.Entry<Long, RecordBlock> found = blocks.floorEntry(offset);
    return found == null || found.getValue().lastOffset() < offset ? null : found.getValue();
  }

  void keep(RecordBlock block) {
    RecordBlock before = blocks.put(block.baseOffset(), block);
    bytes += block.sizeInBytes() - (before == null ? 0 : before.sizeInBytes());
  }

  void drop(RecordBlock block) {
    RecordBlock dropped = blocks.remove(block.baseOffset());
    if (dropped != null) {
      bytes -= dropped.sizeInBytes();
    }
  }

  boolean isFull() {
    return bytes >= budget;
  }

  /** Makes room for a read at {@code offset}: what lies farthest behind it is needed last. */
  void makeRoom(long offset) {
    while (isFull()) {
      RecordBlock last = blocks.lastEntry().getValue();
      drop(last.lastOffset() < offset ? blocks.firstEntry().getValue() : last);
    }
  }

  void clear() {
    blocks.clear();
    bytes = 0;
  }
}

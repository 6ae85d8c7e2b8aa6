package io.millrace.server.cursor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The blocks from which a cursor part delivers now: a small cache, never more than its budget and
 * one read, and what it has may go when other parts need the shard's {@link WindowMemory}. The
 * shard's thread.
 */
final class Window {
  private final TreeMap<Long, RecordBlock> blocks = new TreeMap<>();
  private final int budget;
  private final WindowMemory memory;
  private long bytes;

  Window(int budget, WindowMemory memory) {
    this.budget = budget;
    this.memory = memory;
  }

  /** The block that has an offset, if it is here. */
  @Nullable RecordBlock find(long offset) {
    Map.Entry<Long, RecordBlock> found = blocks.floorEntry(offset);
    return found == null || found.getValue().lastOffset() < offset ? null : found.getValue();
  }

  /** The blocks here that have any of these offsets, both ends inclusive. */
  List<RecordBlock> overlapping(long first, long last) {
    List<RecordBlock> found = new ArrayList<>();
    RecordBlock before = find(first);
    if (before != null && before.baseOffset() < first) {
      found.add(before);
    }
    found.addAll(blocks.subMap(first, true, last, true).values());
    return found;
  }

  void keep(RecordBlock block) {
    RecordBlock before = blocks.put(block.baseOffset(), block);
    long more = (long) block.sizeInBytes() - (before == null ? 0 : before.sizeInBytes());
    bytes += more;
    memory.grown(this, more);
  }

  void drop(RecordBlock block) {
    RecordBlock dropped = blocks.remove(block.baseOffset());
    if (dropped != null) {
      bytes -= dropped.sizeInBytes();
      memory.shrunk(this, dropped.sizeInBytes());
    }
  }

  boolean isEmpty() {
    return blocks.isEmpty();
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
    if (!blocks.isEmpty()) {
      memory.shrunk(this, forget());
    }
  }

  /** Empties it without telling the shard's memory. Returns how many bytes that were. */
  long forget() {
    long forgotten = bytes;
    blocks.clear();
    bytes = 0;
    return forgotten;
  }
}

package io.millrace.log.file;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one file as the processes see them, and as the disk holds them. Pages that are all
 * zero take no memory. Guarded by the file system.
 */
final class MemoryFile {
  static final int PAGE = 4096;
  private static final byte[] ZEROS = new byte[PAGE];

  private byte[][] seen = new byte[4][];
  private byte[][] onDisk = new byte[4][];
  private final BitSet dirty = new BitSet();

  /**
   * Pages that a failed sync has dropped: read as they were written, yet neither dirty nor kept.
   */
  private final BitSet dropped = new BitSet();

  private long size;
  private long sizeOnDisk;

  long size() {
    return size;
  }

  void write(byte[] bytes, int from, int count, long position) {
    int done = 0;
    while (done < count) {
      int page = (int) ((position + done) / PAGE);
      int at = (int) ((position + done) % PAGE);
      int part = Math.min(PAGE - at, count - done);
      writePage(page, at, bytes, from + done, part);
      done += part;
    }
    size = Math.max(size, position + count);
  }

  private void writePage(int page, int at, byte[] bytes, int from, int count) {
    if (page >= seen.length) {
      int pages = Math.max(page + 1, seen.length * 2);
      seen = Arrays.copyOf(seen, pages);
      onDisk = Arrays.copyOf(onDisk, pages);
    }
    byte[] present = seen[page];
    dirty.set(page);
    dropped.clear(page);
    if (present == null && Arrays.equals(bytes, from, from + count, ZEROS, 0, count)) {
      return;
    }
    if (present == null) {
      present = new byte[PAGE];
      seen[page] = present;
    } else if (present == onDisk[page]) {
      present = present.clone();
      seen[page] = present;
    }
    System.arraycopy(bytes, from, present, at, count);
  }

  int read(byte[] target, int from, int count, long position) {
    int possible = (int) Math.max(0, Math.min(count, size - position));
    int done = 0;
    while (done < possible) {
      int page = (int) ((position + done) / PAGE);
      int at = (int) ((position + done) % PAGE);
      int part = Math.min(PAGE - at, possible - done);
      byte[] present = page < seen.length ? seen[page] : null;
      System.arraycopy(present == null ? ZEROS : present, at, target, from + done, part);
      done += part;
    }
    return possible;
  }

  void truncate(long newSize) {
    if (newSize >= size) {
      return;
    }
    // What lies behind the end must read as zeros when the file grows again.
    int lastPage = (int) (newSize / PAGE);
    int at = (int) (newSize % PAGE);
    for (int page = lastPage; page < seen.length && (long) page * PAGE < size; page++) {
      int keep = page == lastPage ? at : 0;
      byte[] present = seen[page];
      if (present != null) {
        byte[] cut = new byte[PAGE];
        System.arraycopy(present, 0, cut, 0, keep);
        seen[page] = keep == 0 ? null : cut;
        dirty.set(page);
        dropped.clear(page);
      }
    }
    size = newSize;
  }

  void sync() {
    for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
      onDisk[page] = seen[page];
    }
    dirty.clear();
    sizeOnDisk = size;
  }

  /**
   * A sync fails as Linux does it: the pages that could not be written are clean from now on, so
   * that a later sync succeeds without them. Each page is written, or dropped.
   */
  void failSync(Random random) {
    for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
      if (random.nextBoolean()) {
        onDisk[page] = seen[page];
      } else {
        dropped.set(page);
      }
    }
    dirty.clear();
    if (random.nextBoolean()) {
      sizeOnDisk = size;
    }
  }

  /**
   * Takes pages that a failed sync has dropped out of memory: they read as they are on the disk.
   */
  void evictDropped(Random random) {
    for (int page = dropped.nextSetBit(0); page >= 0; page = dropped.nextSetBit(page + 1)) {
      if (random.nextBoolean()) {
        seen[page] = onDisk[page];
        dropped.clear(page);
      }
    }
  }

  /** Each page that was not synced is kept, lost, or torn at some byte; so is the size. */
  void crash(Random random) {
    for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
      switch (random.nextInt(4)) {
        case 0 -> onDisk[page] = seen[page];
        case 1 -> onDisk[page] = torn(onDisk[page], seen[page], random.nextInt(PAGE));
        case 2 -> onDisk[page] = torn(seen[page], onDisk[page], random.nextInt(PAGE));
        default -> {
          // lost
        }
      }
    }
    if (random.nextBoolean()) {
      sizeOnDisk = size;
    }
    dirty.clear();
    dropped.clear();
    seen = onDisk.clone();
    size = sizeOnDisk;
    clearBehindEnd();
  }

  /** Flips one bit, on the disk and in what is read. */
  void flipBit(long position, int bit) {
    int page = (int) (position / PAGE);
    byte[] present = seen[page];
    byte[] changed = present == null ? new byte[PAGE] : present.clone();
    changed[(int) (position % PAGE)] ^= (byte) (1 << bit);
    seen[page] = changed;
    onDisk[page] = changed;
  }

  private void clearBehindEnd() {
    long end = size;
    size = (long) seen.length * PAGE;
    truncate(end);
    for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
      onDisk[page] = seen[page];
    }
    dirty.clear();
  }

  private static byte[] torn(byte @Nullable [] head, byte @Nullable [] tail, int at) {
    byte[] page = (tail == null ? ZEROS : tail).clone();
    System.arraycopy(head == null ? ZEROS : head, 0, page, 0, at);
    return page;
  }
}

package io.millrace.log.local.segment;

import io.millrace.log.file.NoSpaceException;
import io.millrace.log.local.format.Checksums;
import io.millrace.log.local.format.IndexFormat;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The sparse index of one segment: about every 4 KiB the offset of a batch, where it lies, and the
 * greatest timestamp before it. One entry serves look-ups by offset and by time. Only a hint: it
 * can be built again from the segment, whatever has become of its file.
 *
 * <p>The first entries are in a file, the newest in memory; a small segment has no file. Look-ups
 * read the file by binary search. Guarded by itself.
 */
final class SparseIndex {
  /** How much of a segment lies between two entries, at least. */
  static final int INTERVAL_BYTES = 4096;

  /** A file is created when this many entries have gathered. */
  private static final int FIRST_FLUSH = 16;

  private static final int FLUSH_ENTRIES = 512;
  private static final int BLOCK_ENTRIES = 128;
  private static final long POSITION_MASK = 0xffff_ffffL;

  /** The file is not as it was written: the index must be built again. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
      super(message);
    }
  }

  /** What a look-up compares. */
  enum Key {
    /** The last entry whose offset is at or below. */
    OFFSET,
    /** The last entry whose position is at or below. */
    POSITION,
    /** The last entry before which all timestamps are below. */
    TIMESTAMP
  }

  private final FileCache cache;
  private final String path;
  private final long baseOffset;
  private final Checksums checksums = new Checksums();
  private int inFile;
  private long[] places = new long[0];
  private long[] timestamps = new long[0];
  private int inMemory;
  private boolean fileExists;

  /** Whether there may be a file that is not used. */
  private boolean forgotten;

  private boolean unsynced;
  private long lastPosition;
  private long lastTimestampMs = -1;

  SparseIndex(FileCache cache, String path, long baseOffset) {
    this.cache = cache;
    this.path = path;
    this.baseOffset = baseOffset;
  }

  /**
   * Takes over the entries of the file that point below {@code endPosition}; those behind it were
   * not synced when the segment was, and are forgotten, in the file too.
   *
   * @throws DamagedException when the entries are not right, as far as they are looked at
   */
  synchronized void load(long endPosition) throws IOException {
    clear();
    try (FileCache.Lease lease = cache.acquire(path)) {
      fileExists = true;
      long size = lease.file().size();
      inFile = (int) Math.min(size / IndexFormat.ENTRY_BYTES, Integer.MAX_VALUE);
      inFile = 1 + searchFile(lease, Key.POSITION, endPosition - 1);
      if (size > (long) inFile * IndexFormat.ENTRY_BYTES) {
        lease.file().truncate((long) inFile * IndexFormat.ENTRY_BYTES);
      }
      if (inFile > 0) {
        ByteBuffer last = readEntries(lease, inFile - 1, 1);
        lastPosition = last.getInt(IndexFormat.POSITION) & POSITION_MASK;
        lastTimestampMs = last.getLong(IndexFormat.MAX_TIMESTAMP);
      }
    } catch (FileNotFoundException e) {
      // A small segment has none; what is missing is found by walking.
      fileExists = false;
    }
  }

  /**
   * Forgets all entries, and the file: a new one takes its place when there is something for it.
   */
  synchronized void clear() {
    forgotten |= fileExists;
    fileExists = false;
    unsynced = false;
    inFile = 0;
    inMemory = 0;
    lastPosition = 0;
    lastTimestampMs = -1;
  }

  /** Adds an entry when the last one lies far enough back. */
  synchronized void offer(long offset, long position, long maxTimestampBefore) throws IOException {
    if (position - lastPosition < INTERVAL_BYTES) {
      return;
    }
    if (inMemory == places.length) {
      int capacity = Math.max(8, inMemory * 2);
      places = Arrays.copyOf(places, capacity);
      timestamps = Arrays.copyOf(timestamps, capacity);
    }
    places[inMemory] = (offset - baseOffset) << 32 | position;
    timestamps[inMemory] = maxTimestampBefore;
    inMemory++;
    lastPosition = position;
    lastTimestampMs = maxTimestampBefore;
    if (inMemory >= FLUSH_ENTRIES) {
      flush();
    }
  }

  /** The position of the last entry; 0 when there is none. */
  synchronized long lastPosition() {
    return lastPosition;
  }

  /** The greatest timestamp before the last entry; -1 when there is none. */
  synchronized long lastTimestampMs() {
    return lastTimestampMs;
  }

  /**
   * Moves the entries in memory to the file, unless they are too few for one. On a full disk they
   * stay in memory: nothing that matters waits for an index.
   */
  synchronized void flush() throws IOException {
    if (inMemory == 0 || (!fileExists && inMemory < FIRST_FLUSH)) {
      return;
    }
    try {
      write();
    } catch (NoSpaceException e) {
      // The next flush tries again.
      return;
    }
    fileExists = true;
    unsynced = true;
    inFile += inMemory;
    inMemory = 0;
    if (places.length > 64) {
      places = new long[0];
      timestamps = new long[0];
    }
  }

  private void write() throws IOException {
    ByteBuffer entries = ByteBuffer.allocate(inMemory * IndexFormat.ENTRY_BYTES);
    for (int i = 0; i < inMemory; i++) {
      IndexFormat.put(
          entries,
          i * IndexFormat.ENTRY_BYTES,
          (int) (places[i] >>> 32),
          (int) places[i],
          timestamps[i],
          checksums);
    }
    try (FileCache.Lease lease = fileExists ? cache.acquire(path) : cache.create(path)) {
      lease.file().write(entries, (long) inFile * IndexFormat.ENTRY_BYTES);
    }
  }

  /** Makes what was flushed survive a power loss. */
  synchronized void sync() throws IOException {
    if (unsynced) {
      try (FileCache.Lease lease = cache.acquire(path)) {
        lease.file().sync();
      } catch (FileNotFoundException e) {
        // Somebody took it away. Look-ups walk more until it is built again.
        clear();
      }
      unsynced = false;
    }
  }

  /** Whether there may be a file. */
  synchronized boolean hasFile() {
    return fileExists || forgotten;
  }

  /**
   * Where to begin to walk: the position of the entry that the key asks for; 0 when none does.
   *
   * @throws DamagedException when the file cannot tell
   */
  synchronized long floor(Key key, long value) throws IOException {
    int low = -1;
    int high = inMemory - 1;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (qualifies(key, value, places[middle], timestamps[middle])) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (low >= 0) {
      return places[low] & POSITION_MASK;
    }
    if (inFile == 0) {
      return 0;
    }
    try (FileCache.Lease lease = cache.acquire(path)) {
      int found = searchFile(lease, key, value);
      if (found < 0) {
        return 0;
      }
      return readEntries(lease, found, 1).getInt(IndexFormat.POSITION) & POSITION_MASK;
    } catch (FileNotFoundException e) {
      throw new DamagedException("index " + path + " is gone");
    }
  }

  private int searchFile(FileCache.Lease lease, Key key, long value) throws IOException {
    int low = -1;
    int high = inFile - 1;
    while (high - low > BLOCK_ENTRIES) {
      int middle = (low + high + 1) >> 1;
      if (qualifies(key, value, readEntries(lease, middle, 1), 0)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (high <= low) {
      return low;
    }
    int first = low + 1;
    ByteBuffer block = readEntries(lease, first, high - low);
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (qualifies(key, value, block, (middle - first) * IndexFormat.ENTRY_BYTES)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private boolean qualifies(Key key, long value, ByteBuffer entries, int at) {
    long place =
        (long) entries.getInt(at + IndexFormat.RELATIVE_OFFSET) << 32
            | (entries.getInt(at + IndexFormat.POSITION) & POSITION_MASK);
    return qualifies(key, value, place, entries.getLong(at + IndexFormat.MAX_TIMESTAMP));
  }

  private boolean qualifies(Key key, long value, long place, long timestamp) {
    return switch (key) {
      case OFFSET -> baseOffset + (place >>> 32) <= value;
      case POSITION -> (place & POSITION_MASK) <= value;
      case TIMESTAMP -> timestamp < value;
    };
  }

  private ByteBuffer readEntries(FileCache.Lease lease, int first, int count) throws IOException {
    ByteBuffer entries = ByteBuffer.allocate(count * IndexFormat.ENTRY_BYTES);
    int read = lease.file().read(entries, (long) first * IndexFormat.ENTRY_BYTES);
    if (read < entries.capacity()) {
      throw new DamagedException("index " + path + " is shorter than it was");
    }
    entries.flip();
    for (int at = 0; at < entries.limit(); at += IndexFormat.ENTRY_BYTES) {
      if (!IndexFormat.isEntry(entries, at, checksums)) {
        throw new DamagedException("index " + path + " has a damaged entry");
      }
    }
    return entries;
  }
}

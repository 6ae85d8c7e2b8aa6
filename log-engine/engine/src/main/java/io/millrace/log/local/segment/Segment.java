package io.millrace.log.local.segment;

import io.millrace.log.CorruptLogException;
import io.millrace.log.local.format.SegmentSummary;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of batches, from {@link #baseOffset} to {@link #nextOffset}: without gaps as it was
 * appended, or with what compaction has left of that. Changed under the log's write lock; read from
 * any thread: the size is published after the bytes.
 */
public final class Segment {
  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

  /** An index that covers less than this much too little is good enough. */
  private static final long UNINDEXED_BYTES = 64 * 1024;

  private static final int WALK_WINDOW_BYTES = 64 * 1024;

  private final FileCache cache;
  private final String path;
  private final String indexPath;
  private final long baseOffset;
  private final int generation;
  private final long createdMs;
  private final SparseIndex index;
  private volatile long sizeInBytes;
  private volatile long nextOffset;
  private volatile long maxTimestampMs = -1;
  private volatile boolean indexed = true;
  private boolean checkedForWriting = true;
  private boolean dirty;
  private boolean nameSynced;
  private volatile boolean deleted;

  private Segment(
      FileCache cache, String directory, long baseOffset, int generation, long createdMs) {
    this.cache = cache;
    this.path = directory + "/" + SegmentNames.file(baseOffset, generation);
    this.generation = generation;
    this.indexPath =
        path.substring(0, path.length() - SegmentNames.SUFFIX.length()) + SegmentNames.INDEX_SUFFIX;
    this.baseOffset = baseOffset;
    this.nextOffset = baseOffset;
    this.createdMs = createdMs;
    this.index = new SparseIndex(cache, indexPath, baseOffset);
  }

  /** A new, empty segment; its file is created by the first write. */
  static Segment create(FileCache cache, String directory, long baseOffset, long createdMs) {
    return new Segment(cache, directory, baseOffset, 0, createdMs);
  }

  /**
   * A new, empty segment that compaction fills; its file is created by the first write.
   *
   * @param generation above 0, and of no other segment of the log that begins at this offset
   */
  static Segment createCompacted(
      FileCache cache, String directory, long baseOffset, int generation, long createdMs) {
    return new Segment(cache, directory, baseOffset, generation, createdMs);
  }

  /** A segment that exists, of which nothing is looked at before it is needed. */
  static Segment existing(
      FileCache cache, String directory, SegmentSummary summary, long nextOffset) {
    Segment segment =
        new Segment(
            cache, directory, summary.baseOffset(), summary.generation(), summary.createdMs());
    segment.sizeInBytes = summary.sizeInBytes();
    segment.nextOffset = nextOffset;
    segment.maxTimestampMs = summary.maxTimestampMs();
    segment.indexed = false;
    segment.checkedForWriting = false;
    segment.nameSynced = true;
    return segment;
  }

  public String path() {
    return path;
  }

  String indexPath() {
    return indexPath;
  }

  public long baseOffset() {
    return baseOffset;
  }

  /** Whether compaction has written the file, so that offsets may be missing in it. */
  public boolean isCompacted() {
    return generation > 0;
  }

  int generation() {
    return generation;
  }

  /** The offset behind the last record. */
  public long nextOffset() {
    return nextOffset;
  }

  public long sizeInBytes() {
    return sizeInBytes;
  }

  /** The greatest timestamp of a record; -1 when there is none. */
  public long maxTimestampMs() {
    return maxTimestampMs;
  }

  /** When the first batch was appended, by the server's clock. */
  public long createdMs() {
    return createdMs;
  }

  SegmentSummary summary() {
    return new SegmentSummary(baseOffset, sizeInBytes, maxTimestampMs, createdMs, generation);
  }

  /**
   * Opens the file for appending; creates it when it is new.
   *
   * @param cut whether what lies behind the known end is cut off
   */
  FileCache.Lease openForWriting(boolean cut) throws IOException {
    if (sizeInBytes == 0) {
      return cache.create(path);
    }
    FileCache.Lease lease = cache.acquire(path);
    try {
      if (!checkedForWriting) {
        long found = lease.file().size();
        if (found < sizeInBytes) {
          throw shorter(found);
        }
        if (found > sizeInBytes && cut) {
          // Synced, so that what is cut cannot come back behind what is written now.
          lease.file().truncate(sizeInBytes);
          lease.file().sync();
        }
        // Loaded before the index grows, or its file would be overwritten.
        ensureIndexed();
        checkedForWriting = true;
      }
      return lease;
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /** Makes sure that the file is as long as it was synced. */
  void verify() throws IOException {
    try (FileCache.Lease lease = cache.acquire(path)) {
      long found = lease.file().size();
      if (found < sizeInBytes) {
        throw shorter(found);
      }
    } catch (FileNotFoundException e) {
      if (!deleted && sizeInBytes > 0) {
        throw shorter(0);
      }
      // Retention was faster.
    }
  }

  CorruptLogException shorter(long found) {
    return new CorruptLogException(
        "segment " + path + " has " + found + " bytes where " + sizeInBytes + " were synced");
  }

  /** Publishes a batch that was written at the end of the file. */
  void appended(LogBatch batch) throws IOException {
    appended(batch.baseOffset(), batch.nextOffset(), batch.size(), batch.maxTimestampMs());
    batch.markWritten();
  }

  /** Publishes a batch that lies at the end of the file. */
  void appended(long offset, long next, int size, long timestampMs) throws IOException {
    long position = sizeInBytes;
    index.offer(offset, position, maxTimestampMs);
    maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
    nextOffset = next;
    sizeInBytes = position + size;
    dirty = true;
  }

  boolean isDirty() {
    return dirty;
  }

  /** The next sync of the log covers the file, also if nothing is appended to it any more. */
  void markDirty() {
    dirty = true;
  }

  void markClean() {
    dirty = false;
  }

  boolean isNameSynced() {
    return nameSynced;
  }

  void markNameSynced() {
    nameSynced = true;
  }

  /** Moves index entries from memory to the file. */
  void flushIndex() throws IOException {
    if (!indexed || deleted) {
      return;
    }
    try {
      index.flush();
    } catch (FileNotFoundException e) {
      if (!deleted) {
        throw e;
      }
      // Retention was faster, or the log is deleted: nobody needs the index.
      return;
    }
    if (deleted) {
      // The segment went meanwhile, and did not know of a file that is new.
      cache.delete(indexPath);
    }
  }

  /** Makes the file, as far as it was written when this was called, survive a power loss. */
  void sync() throws IOException {
    try (FileCache.Lease lease = cache.acquire(path)) {
      lease.file().sync();
      index.sync();
    } catch (FileNotFoundException e) {
      if (!deleted) {
        throw e;
      }
      // Retention was faster: nothing of it needs to survive.
    }
  }

  /** Deletes the files when nobody reads them any more. */
  void delete() {
    deleted = true;
    cache.delete(path);
    // The index may be missing, which deleting does not mind.
    if (!indexed || index.hasFile()) {
      cache.delete(indexPath);
    }
  }

  /** Where to begin to walk for a key. */
  long floor(SparseIndex.Key key, long value) throws IOException {
    ensureIndexed();
    try {
      return index.floor(key, value);
    } catch (SparseIndex.DamagedException e) {
      LOG.warn("building it again: {}", e.getMessage());
      rebuildIndex();
      return index.floor(key, value);
    }
  }

  /** Walks the batches from a position where one begins to the end that is known now. */
  BatchHeaders walk(FileCache.Lease lease, long from, int windowBytes) {
    // The size first: it is published last.
    long end = sizeInBytes;
    return new BatchHeaders(
        path, lease.file(), from, end, baseOffset, nextOffset, isCompacted(), windowBytes);
  }

  FileCache.Lease open() throws IOException {
    return cache.acquire(path);
  }

  private void ensureIndexed() throws IOException {
    if (indexed) {
      return;
    }
    synchronized (index) {
      if (indexed) {
        return;
      }
      try {
        index.load(sizeInBytes);
      } catch (SparseIndex.DamagedException e) {
        LOG.warn("building it again: {}", e.getMessage());
        index.clear();
      }
      if (sizeInBytes - index.lastPosition() > UNINDEXED_BYTES) {
        extendIndex();
      }
      indexed = true;
    }
  }

  /** Builds the whole index anew from the batches, after it pointed to a wrong place. */
  void rebuildIndex() throws IOException {
    synchronized (index) {
      index.clear();
      extendIndex();
      indexed = true;
    }
  }

  private void extendIndex() throws IOException {
    long from = index.lastPosition();
    long before = index.lastTimestampMs();
    try (FileCache.Lease lease = open()) {
      BatchHeaders batches = walk(lease, from, WALK_WINDOW_BYTES);
      while (batches.next()) {
        index.offer(batches.baseOffset(), batches.position(), before);
        before = Math.max(before, batches.maxTimestampMs());
      }
    }
  }
}

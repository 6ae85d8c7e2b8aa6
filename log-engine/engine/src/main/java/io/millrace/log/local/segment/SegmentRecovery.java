package io.millrace.log.local.segment;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.BatchFormat;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.log.CorruptLogException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Adopts what a log's files hold behind the end that the manifest knows: whole batches whose
 * offsets follow, with right checksums. The first thing that is anything else ends the log: it, and
 * all behind it, is cut off. One thread.
 *
 * <p>What is adopted may be in the operating system's memory only, and a sync that failed in an
 * earlier life may have dropped it from there in silence. So it is written again in place, for the
 * next sync to count, and that sync covers each file that was looked at, whether or not anything
 * was adopted. What is cut off or deleted is synced at once: it must not come back behind what is
 * appended now.
 */
public final class SegmentRecovery {
  private static final int INITIAL_BYTES = 64 * 1024;
  private static final int REWRITE_BYTES = 1 << 20;

  private final FileCache cache;
  private final LogSegments segments;
  private final long startOffset;
  private final long syncedOffset;
  private final long nowMs;
  private final Consumer<RecordBatchView> found;
  private final RecordBatchView batch = new RecordBatchView();
  private ByteBuffer window = ByteBuffer.allocate(INITIAL_BYTES);
  private long windowStart;
  private long cutBytes;
  private boolean namesChanged;

  /**
   * @param startOffset records below are deleted, and their files may be
   * @param syncedOffset records below are known to be synced
   * @param nowMs taken for the age of segments that the manifest does not know
   * @param found told of each batch that is adopted
   */
  public SegmentRecovery(
      FileCache cache,
      LogSegments segments,
      long startOffset,
      long syncedOffset,
      long nowMs,
      Consumer<RecordBatchView> found) {
    this.cache = cache;
    this.segments = segments;
    this.startOffset = startOffset;
    this.syncedOffset = syncedOffset;
    this.nowMs = nowMs;
    this.found = found;
  }

  /**
   * Does it.
   *
   * @return how many bytes were cut off
   * @throws CorruptLogException when less is there than was synced
   */
  public long recover() throws IOException {
    List<Segment> known = segments.list();
    Segment last = known.isEmpty() ? null : known.get(known.size() - 1);
    Set<String> knownNames = segments.fileNames();
    long lastBase = last == null ? -1 : last.baseOffset();
    TreeMap<Long, String> behind = new TreeMap<>();
    for (String name : cache.files().list(segments.directory())) {
      SegmentNames parsed = SegmentNames.parse(name);
      if (parsed == null) {
        continue;
      }
      String path = segments.directory() + "/" + name;
      if (parsed.generation() > 0 || parsed.baseOffset() <= lastBase) {
        if (!knownNames.contains(name)) {
          // Deleted, or replaced by a compacted one, but the process ended before its file was
          // gone; or compaction did not finish it.
          delete(path);
        }
      } else if (!parsed.index()) {
        behind.put(parsed.baseOffset(), path);
      }
    }
    boolean whole = true;
    if (last != null) {
      whole = adoptEnd(last);
    }
    for (var file : behind.entrySet()) {
      if (isNext(file.getKey(), whole)) {
        whole = adoptFile(file.getKey());
      } else {
        cutBytes += sizeOf(file.getValue());
        delete(file.getValue());
      }
    }
    if (namesChanged) {
      cache.files().syncDirectory(segments.directory());
    }
    return cutBytes;
  }

  /**
   * Whether a segment goes on where the others end; apart from records that a power loss took
   * before anybody could miss them, for they were deleted, or whose files are gone already.
   */
  private boolean isNext(long base, boolean whole) {
    long end = segments.endOffset();
    if (base > end && base <= startOffset) {
      segments.skipTo(base);
      return true;
    }
    return whole && base == end;
  }

  private boolean adoptEnd(Segment segment) throws IOException {
    try (FileCache.Lease lease = segment.openForWriting(false)) {
      return adopt(segment, lease);
    } catch (FileNotFoundException e) {
      if (segment.nextOffset() > startOffset) {
        throw segment.shorter(0);
      }
      segments.dropLast();
      return true;
    }
  }

  private boolean adoptFile(long base) throws IOException {
    Segment fresh = segments.addFound(base, nowMs);
    boolean whole;
    // Before anything is adopted: a large segment flushes its new index while it is walked.
    delete(fresh.indexPath());
    try (FileCache.Lease lease = cache.acquire(fresh.path())) {
      whole = adopt(fresh, lease);
    }
    if (fresh.sizeInBytes() == 0) {
      segments.dropLast();
      delete(fresh.path());
    }
    return whole;
  }

  /** Returns whether the file was whole to its end. */
  private boolean adopt(Segment segment, FileCache.Lease lease) throws IOException {
    long end = lease.file().size();
    long unsyncedFrom = segment.sizeInBytes();
    boolean whole = true;
    window.limit(0);
    while (whole && segment.sizeInBytes() < end) {
      RecordBatchView next = look(lease, segment.sizeInBytes(), end);
      if (next == null || next.baseOffset() != segments.endOffset()) {
        whole = false;
      } else {
        segments.adopt(segment, next);
        found.accept(next);
        unsyncedFrom = next.nextOffset() <= syncedOffset ? segment.sizeInBytes() : unsyncedFrom;
      }
    }
    writeAgain(lease, unsyncedFrom, segment.sizeInBytes());
    // Where it ends may be what an earlier recovery has cut and could not sync.
    segment.markDirty();
    if (!whole) {
      cutBytes += end - segment.sizeInBytes();
      lease.file().truncate(segment.sizeInBytes());
      lease.file().sync();
    }
    return whole;
  }

  private static void writeAgain(FileCache.Lease lease, long from, long to) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(REWRITE_BYTES, to - from));
    for (long at = from; at < to; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), to - at));
      lease.file().read(chunk, at);
      lease.file().write(chunk.flip(), at);
    }
  }

  private @Nullable RecordBatchView look(FileCache.Lease lease, long position, long end)
      throws IOException {
    if (end - position < BatchFormat.HEADER_BYTES) {
      return null;
    }
    load(lease, position, BatchFormat.HEADER_BYTES);
    int at = (int) (position - windowStart);
    long size = (long) window.getInt(at + BatchFormat.BATCH_LENGTH) + BatchFormat.LENGTH_OVERHEAD;
    if (size < BatchFormat.HEADER_BYTES || size > end - position) {
      return null;
    }
    load(lease, position, (int) size);
    try {
      batch.wrap(window, (int) (position - windowStart));
      BatchChecks.checkStored(batch);
      return batch;
    } catch (InvalidBatchException e) {
      // Not completely written: this is where the log ends.
      return null;
    }
  }

  private void load(FileCache.Lease lease, long position, int count) throws IOException {
    if (window.limit() > 0
        && position >= windowStart
        && position + count <= windowStart + window.limit()) {
      return;
    }
    if (window.capacity() < count) {
      window = ByteBuffer.allocate(Math.max(count, window.capacity() * 2));
    }
    window.clear();
    lease.file().read(window, position);
    window.flip();
    windowStart = position;
  }

  private long sizeOf(String path) throws IOException {
    try (FileCache.Lease lease = cache.acquire(path)) {
      return lease.file().size();
    }
  }

  private void delete(String path) throws IOException {
    if (cache.files().exists(path)) {
      // At once and not in the background: a segment of the same name may be created next.
      cache.forget(path);
      cache.files().delete(path);
      namesChanged = true;
    }
  }
}

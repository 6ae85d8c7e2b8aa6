package io.millrace.log.local.segment;

import io.millrace.log.CorruptLogException;
import io.millrace.log.LogSlice;
import io.millrace.log.OffsetOutOfRangeException;
import java.io.FileNotFoundException;
import java.io.IOException;

/** Finds batches in the segments of one log. May wait for a disk. Safe from any thread. */
public final class SegmentReader {
  /** What one step of a walk reads: an index entry is at most about this far away. */
  private static final int WINDOW_BYTES = 2 * SparseIndex.INTERVAL_BYTES;

  /** How many files without records one read passes over. */
  private static final int MOST_EMPTY_FILES = 64;

  private final LogSegments segments;

  public SegmentReader(LogSegments segments) {
    this.segments = segments;
  }

  /**
   * What {@code Log.read} answers, from the file that holds the offset.
   *
   * @throws OffsetOutOfRangeException when no segment holds it any more
   * @throws CorruptLogException when what lies there is no batch
   */
  public LogSlice read(long offset, int maxBytes, long limitOffset) throws IOException {
    while (true) {
      Segment segment = segments.find(offset);
      if (segment == null) {
        throw gone(offset);
      }
      try {
        return read(segment, offset, maxBytes, limitOffset);
      } catch (FileNotFoundException e) {
        // Retention was faster, or compaction: then another file has the offset.
        if (segments.find(offset) == segment) {
          throw segment.shorter(0);
        }
      }
    }
  }

  /**
   * Where to read on so that records are found: behind the batches without records that compaction
   * has left at an offset, through as many files as it takes. A reader who is given such batches
   * alone sees that nothing is there, and may take that for the end.
   *
   * @return {@code offset} itself when there are records, and when there are none up to the limit;
   *     where there are very many files without records, the beginning of one of them
   */
  public long passEmpty(long offset, long limitOffset) throws IOException {
    long from = offset;
    for (int files = 0; from < limitOffset; files++) {
      Segment segment = segments.find(from);
      if (segment == null || !segment.isCompacted() || files == MOST_EMPTY_FILES) {
        return from;
      }
      try (FileCache.Lease lease = segment.open()) {
        BatchHeaders batch = find(segment, lease, from);
        while (batch.isEmpty()) {
          from = batch.nextOffset();
          if (!batch.next()) {
            break;
          }
        }
        if (from < segment.nextOffset()) {
          return from < limitOffset ? from : offset;
        }
      } catch (FileNotFoundException e) {
        // Retention was faster, or compaction: whoever reads there finds out.
        return from;
      }
    }
    return offset;
  }

  private static LogSlice read(Segment segment, long offset, int maxBytes, long limitOffset)
      throws IOException {
    FileCache.Lease lease = segment.open();
    try {
      LogSlice slice = slice(segment, lease, offset, maxBytes, limitOffset);
      if (slice.sizeInBytes() == 0) {
        lease.close();
      }
      return slice;
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static LogSlice slice(
      Segment segment, FileCache.Lease lease, long offset, int maxBytes, long limitOffset)
      throws IOException {
    BatchHeaders batch = find(segment, lease, offset);
    long start = batch.position();
    boolean beginsEmpty = batch.isEmpty();
    if (batch.baseOffset() >= limitOffset) {
      return MemorySlice.nothingUpTo(limitOffset);
    }
    if (batch.nextOffset() > limitOffset) {
      return MemorySlice.EMPTY;
    }
    long end = batch.endPosition();
    long next = batch.nextOffset();
    long target = Math.min(start + maxBytes, segment.sizeInBytes());
    if (end < target) {
      long jump = segment.floor(SparseIndex.Key.POSITION, target);
      if (limitOffset < segment.nextOffset()) {
        jump = Math.min(jump, segment.floor(SparseIndex.Key.OFFSET, limitOffset));
      }
      if (jump > end) {
        batch = segment.walk(lease, jump, WINDOW_BYTES);
        end = jump;
        // Until the walk has found the batch that begins there.
        next = Math.min(limitOffset, segment.nextOffset());
      }
      while (batch.next()) {
        next = Math.min(limitOffset, batch.baseOffset());
        if (batch.endPosition() > target || batch.nextOffset() > limitOffset) {
          break;
        }
        end = batch.endPosition();
        next = batch.nextOffset();
      }
    }
    long found = lease.file().size();
    if (found < end) {
      throw segment.shorter(found);
    }
    return new FileSlice(
        lease,
        segment.path(),
        start,
        (int) (end - start),
        next,
        segment.isCompacted(),
        beginsEmpty);
  }

  /** A walk that stands on the batch with an offset, or the next one where compaction took it. */
  static BatchHeaders find(Segment segment, FileCache.Lease lease, long offset) throws IOException {
    long from = segment.floor(SparseIndex.Key.OFFSET, offset);
    BatchHeaders batch = segment.walk(lease, from, WINDOW_BYTES);
    if (from > 0 && !standsAtOrBefore(batch, offset)) {
      // The index was not synced and points to a wrong place.
      segment.rebuildIndex();
      batch = segment.walk(lease, segment.floor(SparseIndex.Key.OFFSET, offset), WINDOW_BYTES);
      batch.next();
    } else if (from == 0) {
      batch.next();
    }
    while (batch.nextOffset() <= offset) {
      if (!batch.next()) {
        throw batch.damaged(batch.endPosition());
      }
    }
    if (batch.baseOffset() > offset && !segment.isCompacted()) {
      throw batch.damaged(batch.position());
    }
    return batch;
  }

  private static boolean standsAtOrBefore(BatchHeaders batch, long offset) throws IOException {
    try {
      return batch.next() && batch.baseOffset() <= offset;
    } catch (CorruptLogException e) {
      return false;
    }
  }

  private static OffsetOutOfRangeException gone(long offset) {
    return new OffsetOutOfRangeException("offset " + offset + " was deleted");
  }
}

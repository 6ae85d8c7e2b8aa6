package io.millrace.log.local.segment;

import io.millrace.batch.BatchFormat;
import io.millrace.log.CorruptLogException;
import io.millrace.log.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Walks the batches of a segment by their headers, without reading the records. What cannot be a
 * batch, or does not follow the batch before, is reported as corruption, never skipped. One thread.
 */
final class BatchHeaders {
  private static final int MIN_WINDOW = 64;

  private final String path;
  private final StoreFile file;
  private final long end;
  private final long first;
  private final long limitOffset;
  private final boolean gaps;
  private final ByteBuffer window;
  private long windowStart;
  private long position;
  private long baseOffset;
  private int size;
  private int at;

  /**
   * @param from where a batch begins
   * @param end where the readable bytes end
   * @param first the first offset of the file
   * @param limitOffset the offset behind the last record of the file
   * @param gaps whether offsets may be missing, because the file was compacted
   * @param windowBytes how many bytes are read at a time
   */
  BatchHeaders(
      String path,
      StoreFile file,
      long from,
      long end,
      long first,
      long limitOffset,
      boolean gaps,
      int windowBytes) {
    this.path = path;
    this.file = file;
    this.end = end;
    this.first = first;
    this.limitOffset = limitOffset;
    this.gaps = gaps;
    this.position = from;
    this.window = ByteBuffer.allocate(Math.max(windowBytes, MIN_WINDOW)).limit(0);
  }

  /**
   * Moves to the next batch.
   *
   * @return false at the end
   * @throws CorruptLogException when there is something else
   */
  boolean next() throws IOException {
    long start = position + size;
    if (start >= end) {
      return false;
    }
    long expected = size > 0 ? nextOffset() : start == 0 ? first : -1;
    at = load(start);
    int length = window.getInt(at + BatchFormat.BATCH_LENGTH);
    long base = window.getLong(at + BatchFormat.BASE_OFFSET);
    int lastDelta = window.getInt(at + BatchFormat.LAST_OFFSET_DELTA);
    long total = (long) length + BatchFormat.LENGTH_OVERHEAD;
    if (total < BatchFormat.HEADER_BYTES
        || total > end - start
        || window.get(at + BatchFormat.MAGIC) != BatchFormat.CURRENT_MAGIC
        || lastDelta < 0
        || (expected >= 0 && (gaps ? base < expected : base != expected))
        || base < first
        || base + lastDelta >= limitOffset) {
      throw damaged(start);
    }
    position = start;
    baseOffset = base;
    size = (int) total;
    return true;
  }

  CorruptLogException damaged(long where) {
    return new CorruptLogException(
        "segment " + path + " is damaged at byte " + where + ": no record batch begins there");
  }

  private int load(long start) throws IOException {
    long offset = start - windowStart;
    if (offset < 0 || offset + BatchFormat.HEADER_BYTES > window.limit()) {
      window.clear();
      window.limit((int) Math.min(window.capacity(), end - start));
      int count = file.read(window, start);
      window.flip();
      windowStart = start;
      offset = 0;
      if (count < BatchFormat.HEADER_BYTES) {
        throw damaged(start);
      }
    }
    return (int) offset;
  }

  long position() {
    return position;
  }

  int size() {
    return size;
  }

  long endPosition() {
    return position + size;
  }

  long baseOffset() {
    return baseOffset;
  }

  long nextOffset() {
    return baseOffset + window.getInt(at + BatchFormat.LAST_OFFSET_DELTA) + 1;
  }

  long maxTimestampMs() {
    return window.getLong(at + BatchFormat.MAX_TIMESTAMP);
  }

  /** Whether compaction has taken all records of the batch. */
  boolean isEmpty() {
    return window.getInt(at + BatchFormat.RECORD_COUNT) == 0;
  }
}

package io.millrace.log.local.segment;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.BatchFormat;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.log.CorruptLogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads all batches of a segment that does not grow, one after the other, and verifies each: its
 * checksum, and that it follows. Keeps the file until closed. One thread.
 */
public final class SegmentScanner implements AutoCloseable {
  private static final int WINDOW_BYTES = 256 * 1024;

  private final Segment segment;
  private final FileCache.Lease lease;
  private final long end;
  private final RecordBatchView batch = new RecordBatchView();
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
  private long windowStart;
  private long position;
  private long expected;

  /**
   * Opens the file.
   *
   * @throws java.io.FileNotFoundException when it was deleted meanwhile
   */
  public SegmentScanner(Segment segment) throws IOException {
    this.segment = segment;
    this.end = segment.sizeInBytes();
    this.expected = segment.baseOffset();
    this.lease = segment.open();
  }

  /**
   * The next batch, in memory that is valid until the next call; null behind the last.
   *
   * @throws CorruptLogException when something else lies there
   */
  public @Nullable RecordBatchView next() throws IOException {
    if (position >= end) {
      if (expected != segment.nextOffset()) {
        throw damaged("its last record is not there");
      }
      return null;
    }
    load(BatchFormat.HEADER_BYTES);
    int at = (int) (position - windowStart);
    long size = (long) window.getInt(at + BatchFormat.BATCH_LENGTH) + BatchFormat.LENGTH_OVERHEAD;
    if (size < BatchFormat.HEADER_BYTES || size > end - position) {
      throw damaged("no record batch begins there");
    }
    load((int) size);
    try {
      batch.wrap(window, (int) (position - windowStart));
      BatchChecks.checkStored(batch);
    } catch (InvalidBatchException e) {
      throw damaged(String.valueOf(e.getMessage()));
    }
    long base = batch.baseOffset();
    boolean follows = segment.isCompacted() ? base >= expected : base == expected;
    if (!follows || batch.nextOffset() > segment.nextOffset()) {
      throw damaged("offset " + base + " where " + expected + " follows");
    }
    expected = batch.nextOffset();
    position += size;
    return batch;
  }

  /** Whether the batch given last is the last one. */
  public boolean isAtEnd() {
    return position >= end;
  }

  private CorruptLogException damaged(String why) {
    return new CorruptLogException(
        "segment " + segment.path() + " is damaged at byte " + position + ": " + why);
  }

  private void load(int count) throws IOException {
    if (position >= windowStart && position + count <= windowStart + window.limit()) {
      return;
    }
    if (window.capacity() < count) {
      window = ByteBuffer.allocate(count);
    }
    window.clear();
    window.limit((int) Math.min(window.capacity(), end - position));
    lease.file().read(window, position);
    window.flip();
    windowStart = position;
    if (window.limit() < count) {
      throw damaged("the file ends there");
    }
  }

  @Override
  public void close() {
    lease.close();
  }
}

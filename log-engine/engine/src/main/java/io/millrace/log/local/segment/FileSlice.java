package io.millrace.log.local.segment;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.log.CorruptLogException;
import io.millrace.log.LogSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** Batches in a segment file, which stays until the slice is closed. */
public final class FileSlice implements LogSlice {
  private final FileCache.Lease lease;
  private final String path;
  private final long start;
  private final int size;
  private final long nextOffset;
  private final boolean gaps;
  private final boolean beginsEmpty;
  private @Nullable ByteBuffer loaded;

  /**
   * @param gaps whether offsets may be missing, because the file was compacted
   * @param beginsEmpty whether no record is left of the first batch
   */
  FileSlice(
      FileCache.Lease lease,
      String path,
      long start,
      int size,
      long nextOffset,
      boolean gaps,
      boolean beginsEmpty) {
    this.lease = lease;
    this.path = path;
    this.start = start;
    this.size = size;
    this.nextOffset = nextOffset;
    this.gaps = gaps;
    this.beginsEmpty = beginsEmpty;
  }

  /** Whether compaction has left no record of the first batch. */
  public boolean beginsEmpty() {
    return beginsEmpty;
  }

  @Override
  public int sizeInBytes() {
    return size;
  }

  @Override
  public long nextOffset() {
    return nextOffset;
  }

  @Override
  public long transferTo(WritableByteChannel target, long position, long count) throws IOException {
    long possible = Math.min(count, size - position);
    return possible <= 0 ? 0 : lease.file().transferTo(start + position, possible, target);
  }

  /** Checksums are verified here, where the server itself is going to use the bytes. */
  @Override
  public ByteBuffer bytes() throws IOException {
    ByteBuffer bytes = loaded;
    if (bytes == null) {
      bytes = readBatches(lease, path, start, size, gaps).asReadOnlyBuffer();
      loaded = bytes;
    }
    return bytes.duplicate();
  }

  /** Reads whole batches, and verifies them: each by itself, and that it follows the one before. */
  static ByteBuffer readBatches(
      FileCache.Lease lease, String path, long start, int size, boolean gaps) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size);
    int count = lease.file().read(bytes, start);
    bytes.flip();
    RecordBatchView batch = new RecordBatchView();
    try {
      int verified = 0;
      long expected = -1;
      for (boolean found = batch.first(bytes); found; found = batch.next()) {
        BatchChecks.checkStored(batch);
        // The offset is not under the checksum.
        long base = batch.baseOffset();
        if (expected >= 0 && (gaps ? base < expected : base != expected)) {
          throw new CorruptLogException(
              "segment "
                  + path
                  + " is damaged behind byte "
                  + start
                  + ": offset "
                  + base
                  + " where "
                  + expected
                  + " follows");
        }
        expected = batch.nextOffset();
        verified += batch.sizeInBytes();
      }
      if (count == size && verified == size) {
        return bytes;
      }
    } catch (InvalidBatchException e) {
      throw new CorruptLogException(
          "segment " + path + " is damaged behind byte " + start + ": " + e.getMessage());
    }
    throw new CorruptLogException("segment " + path + " is damaged behind byte " + start);
  }

  @Override
  public boolean inMemory() {
    return loaded != null;
  }

  @Override
  public void close() {
    lease.close();
  }
}

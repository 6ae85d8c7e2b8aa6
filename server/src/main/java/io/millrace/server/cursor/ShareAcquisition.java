package io.millrace.server.cursor;

import io.millrace.batch.BatchFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one member of a share group is given from one part at once, within its limits. Used by one
 * thread at a time.
 */
public final class ShareAcquisition {
  /** Ranges of the log that one answer may have from one partition. */
  private static final int MAX_RANGES = 64;

  /** What a batch has before its records. */
  private static final int BATCH_HEADER_BYTES = BatchFormat.HEADER_BYTES;

  /**
   * How much may be given.
   *
   * @param records how many records
   * @param bytes of the batches that have them, as far as they are known before they are read; the
   *     first batch may be larger
   * @param exact whether the number of records is not exceeded; else the rest of a batch is given
   *     with its first record
   */
  public record Limits(int records, long bytes, boolean exact) {}

  /**
   * Records of one batch that are alike.
   *
   * @param first the first offset
   * @param last the last offset; each offset between has a record
   * @param deliveryCount the number of their delivery, 1 for the first one
   * @param batchFirst the first offset of their batch
   * @param batchLast the last offset of their batch
   */
  public record Run(long first, long last, int deliveryCount, long batchFirst, long batchLast) {}

  private final Limits limits;
  private final List<Run> runs = new ArrayList<>();
  private long records;
  private long bytes;
  private int ranges;
  private long rangeFirst = -1;
  private long rangeLast = -2;

  ShareAcquisition(Limits limits) {
    this.limits = limits;
  }

  /** In the order in which they were taken. */
  public List<Run> runs() {
    return runs;
  }

  /** How many records there are. */
  public long records() {
    return records;
  }

  /** About how many bytes their batches have. */
  public long bytes() {
    return bytes;
  }

  /** How many records of a block may be taken now. */
  long room(RecordBlock block) {
    boolean known = block.baseOffset() >= rangeFirst && block.lastOffset() <= rangeLast;
    if (!known) {
      if (bytes > 0 && bytes + sizeOf(block) > limits.bytes()) {
        return 0;
      }
      boolean adjoins = block.baseOffset() == rangeLast + 1;
      if (!adjoins && ranges >= MAX_RANGES) {
        return 0;
      }
    }
    if (records >= limits.records()) {
      return known && !limits.exact() ? Long.MAX_VALUE : 0;
    }
    return limits.exact() ? limits.records() - records : Long.MAX_VALUE;
  }

  private static long sizeOf(RecordBlock block) {
    return (long) block.records(block.baseOffset(), block.lastOffset()).remaining()
        + BATCH_HEADER_BYTES;
  }

  /**
   * Adds a run of a block.
   *
   * @param counts the number of each delivery; null when it is 1 for all
   */
  void add(RecordBlock block, long first, long last, @Nullable ByteBuffer counts) {
    if (block.baseOffset() < rangeFirst || block.lastOffset() > rangeLast) {
      bytes += sizeOf(block);
      if (block.baseOffset() != rangeLast + 1) {
        ranges++;
        rangeFirst = block.baseOffset();
      }
      rangeLast = block.lastOffset();
    }
    records += last - first + 1;
    long from = first;
    while (from <= last) {
      int count = countAt(counts, from - first);
      long to = from;
      while (to < last && (counts == null || countAt(counts, to + 1 - first) == count)) {
        to = counts == null ? last : to + 1;
      }
      runs.add(new Run(from, to, count, block.baseOffset(), block.lastOffset()));
      from = to + 1;
    }
  }

  private static int countAt(@Nullable ByteBuffer counts, long index) {
    return counts == null ? 1 : counts.getShort((int) index * Short.BYTES) & 0xffff;
  }
}

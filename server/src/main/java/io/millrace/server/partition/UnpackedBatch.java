package io.millrace.server.partition;

import io.millrace.batch.RecordBatchView;

/**
 * What a batch takes in memory once it is laid out for delivery: its records uncompressed, and what
 * is noted of each offset. A few compressed kilobytes can claim gigabytes.
 */
public final class UnpackedBatch {
  /** Where a record begins (4), its priority (1), delivery time (8) and expiration (8). */
  private static final int BYTES_PER_OFFSET = 21;

  private UnpackedBatch() {}

  /**
   * Bytes that it takes at most.
   *
   * @param recordBytes of its records, uncompressed
   * @param offsets how many it has, with those that have no record
   */
  public static long bytesOf(long recordBytes, long offsets) {
    return recordBytes + BYTES_PER_OFFSET * offsets;
  }

  /** As {@link #bytesOf(long, long)}, by what a batch's header says. */
  public static long bytesOf(RecordBatchView batch, long recordBytes) {
    return bytesOf(recordBytes, batch.lastOffsetDelta() + 1L);
  }
}

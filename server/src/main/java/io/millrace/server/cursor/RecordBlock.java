package io.millrace.server.cursor;

import io.millrace.batch.BatchFormat;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The records of one batch, uncompressed, with what dispatch must know of each. Immutable once
 * built.
 */
final class RecordBlock {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final long baseOffset;
  private final long lastOffset;
  private final long baseTimestamp;
  private final boolean appendTime;
  private final long producerId;
  private final ByteBuffer bytes;

  /**
   * Where the record of each offset begins in {@link #bytes}, and behind the last one where it
   * ends; an offset without a record begins where the next one does. Null when there is none.
   */
  private final int @Nullable [] starts;

  private final boolean dense;
  private final @Nullable Facts facts;

  /** What deviates from the defaults; arrays by distance from the base offset. */
  static final class Facts {
    private final byte[] priorities;
    private final long[] deliveryTimes;
    private final long[] expirations;

    /** Defaults for a number of offsets. */
    Facts(int slots) {
      priorities = new byte[slots];
      java.util.Arrays.fill(priorities, (byte) Lanes.DEFAULT_PRIORITY);
      deliveryTimes = new long[slots];
      expirations = new long[slots];
    }

    int sizeInBytes() {
      return priorities.length * (Byte.BYTES + 2 * Long.BYTES);
    }

    void set(int index, MessageFacts message) {
      priorities[index] = (byte) message.priority();
      deliveryTimes[index] = message.deliveryTime();
      expirations[index] = message.expiration();
    }
  }

  RecordBlock(
      long baseOffset,
      long lastOffset,
      long baseTimestamp,
      boolean appendTime,
      long producerId,
      ByteBuffer bytes,
      int @Nullable [] starts,
      @Nullable Facts facts) {
    this.baseOffset = baseOffset;
    this.lastOffset = lastOffset;
    this.baseTimestamp = baseTimestamp;
    this.appendTime = appendTime;
    this.producerId = producerId;
    this.bytes = bytes;
    this.starts = starts;
    this.facts = facts;
    boolean gaps = starts == null;
    for (int i = 1; !gaps && starts != null && i < starts.length; i++) {
      gaps = starts[i - 1] >= starts[i];
    }
    this.dense = !gaps;
  }

  /** Offsets without records, both ends inclusive: compaction took them. */
  static RecordBlock gap(long first, long last) {
    return new RecordBlock(
        first,
        last,
        BatchFormat.NO_TIMESTAMP,
        false,
        BatchFormat.NO_PRODUCER_ID,
        NOTHING,
        null,
        null);
  }

  /** Whether it is a {@link #gap}, which may be of any length. */
  @SuppressWarnings("ReferenceEquality")
  boolean isGap() {
    return bytes == NOTHING;
  }

  long baseOffset() {
    return baseOffset;
  }

  /** Of the batch; there need not be a record with it. */
  long lastOffset() {
    return lastOffset;
  }

  long baseTimestamp() {
    return baseTimestamp;
  }

  /** Whether every record has {@link #baseTimestamp}, the time of appending. */
  boolean appendTime() {
    return appendTime;
  }

  long producerId() {
    return producerId;
  }

  /** Bytes that keeping this block costs, about. */
  int sizeInBytes() {
    int places = starts == null ? 0 : starts.length * Integer.BYTES;
    return bytes.limit() + places + (facts == null ? 0 : facts.sizeInBytes());
  }

  boolean has(long offset) {
    int index = (int) (offset - baseOffset);
    return starts != null && starts[index] < starts[index + 1];
  }

  /** Whether every offset has a record. */
  boolean isDense() {
    return dense;
  }

  /** Whether every record has the default priority, no delivery time and no expiration. */
  boolean isPlain() {
    return facts == null;
  }

  int priority(long offset) {
    return facts == null ? Lanes.DEFAULT_PRIORITY : facts.priorities[(int) (offset - baseOffset)];
  }

  /** Milliseconds since the epoch; 0 for at once. */
  long deliveryTime(long offset) {
    return facts == null ? 0 : facts.deliveryTimes[(int) (offset - baseOffset)];
  }

  /** Milliseconds since the epoch; 0 for never. */
  long expiration(long offset) {
    return facts == null ? 0 : facts.expirations[(int) (offset - baseOffset)];
  }

  /** The record bytes of a run, both ends inclusive. */
  ByteBuffer records(long first, long last) {
    if (starts == null) {
      return bytes;
    }
    int from = starts[(int) (first - baseOffset)];
    int to = starts[(int) (last - baseOffset) + 1];
    return bytes.slice(from, to - from);
  }

  /** How many records a run has, both ends inclusive. */
  int count(long first, long last) {
    if (dense) {
      return (int) (last - first + 1);
    }
    int count = 0;
    for (long offset = first; offset <= last; offset++) {
      if (has(offset)) {
        count++;
      }
    }
    return count;
  }
}

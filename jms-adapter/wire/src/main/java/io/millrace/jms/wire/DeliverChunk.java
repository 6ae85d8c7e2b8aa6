package io.millrace.jms.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one partition out of one batch, in the order of their offsets, not necessarily
 * without gaps.
 *
 * @param partition the partition
 * @param baseOffset what the records' offset deltas are relative to: the batch's base offset
 * @param baseTimestamp what the records' timestamp deltas are relative to, milliseconds since the
 *     epoch; with {@link #APPEND_TIME} the timestamp of every record
 * @param count number of records, at least 1
 * @param flags {@link #REPLAYED}, {@link #APPEND_TIME} or both; on the wire bit 0 says whether
 *     delivery counts follow
 * @param deliveryCounts JMSXDeliveryCount of each record as unsigned 16-bit numbers (1 is the first
 *     delivery, 65535 also stands for more); null if it is 1 for all
 * @param records the record bytes exactly as in the batch, uncompressed, one behind the other
 */
public record DeliverChunk(
    int partition,
    long baseOffset,
    long baseTimestamp,
    int count,
    int flags,
    @Nullable ByteBuffer deliveryCounts,
    ByteBuffer records) {
  /** Flag: the messages were read again by request (a replay), not delivered for the first time. */
  public static final int REPLAYED = 2;

  /** Flag: the batch has the time of appending, not the senders' times. */
  public static final int APPEND_TIME = 4;

  static final int MIN_BYTES = 29;

  private static final int HAS_COUNTS = 1;
  private static final int MAX_COUNT = 0xFFFF;

  /** A chunk of a batch with the senders' timestamps, not replayed. */
  public static DeliverChunk of(
      int partition,
      long baseOffset,
      long baseTimestamp,
      int count,
      @Nullable ByteBuffer deliveryCounts,
      ByteBuffer records) {
    return new DeliverChunk(
        partition, baseOffset, baseTimestamp, count, 0, deliveryCounts, records);
  }

  /** JMSXDeliveryCount of the record at {@code index} of this chunk. */
  public int deliveryCount(int index) {
    if (deliveryCounts == null) {
      return 1;
    }
    return deliveryCounts.getShort(deliveryCounts.position() + 2 * index) & MAX_COUNT;
  }

  /** True if every record has the timestamp {@link #baseTimestamp}. */
  public boolean hasAppendTime() {
    return (flags & APPEND_TIME) != 0;
  }

  /** True if the messages were read again by request. */
  public boolean isReplayed() {
    return (flags & REPLAYED) != 0;
  }

  /** The field {@link #deliveryCounts} for these counts: null if all are 1. */
  public static @Nullable ByteBuffer deliveryCountsOf(int... counts) {
    boolean plain = true;
    for (int count : counts) {
      plain &= count == 1;
    }
    if (plain) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(2 * counts.length);
    for (int count : counts) {
      bytes.putShort((short) Math.min(count, MAX_COUNT));
    }
    return bytes.flip();
  }

  void writeTo(FieldSink out) {
    out.u32(partition);
    out.u64(baseOffset);
    out.u64(baseTimestamp);
    out.u32(count);
    out.u8(deliveryCounts == null ? flags : flags | HAS_COUNTS);
    if (deliveryCounts != null) {
      out.bytes(deliveryCounts);
    }
    out.bytes(records);
  }

  static DeliverChunk readFrom(FieldSource in) throws WireException {
    int partition = in.u32();
    long baseOffset = in.u64();
    long baseTimestamp = in.u64();
    int count = in.u32();
    int flags = in.u8();
    if (partition < 0
        || baseOffset < 0
        || count < 1
        || flags > (HAS_COUNTS | REPLAYED | APPEND_TIME)) {
      throw new WireException(
          "a chunk of partition " + partition + ", count " + count + ", flags " + flags);
    }
    ByteBuffer counts = null;
    if ((flags & HAS_COUNTS) != 0) {
      counts = in.bytes();
      if (counts.remaining() != 2L * count) {
        throw new WireException(
            counts.remaining() + " bytes of delivery counts for " + count + " records");
      }
    }
    ByteBuffer records = in.bytes();
    if (records.remaining() < count) {
      throw new WireException(count + " records in " + records.remaining() + " bytes");
    }
    return new DeliverChunk(
        partition, baseOffset, baseTimestamp, count, flags & ~HAS_COUNTS, counts, records);
  }
}

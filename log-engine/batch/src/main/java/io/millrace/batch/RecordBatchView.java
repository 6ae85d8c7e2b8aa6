package io.millrace.batch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A window on one v2 record batch inside a buffer, which can be moved from batch to batch without
 * allocation:
 *
 * <pre>
 * RecordBatchView batch = new RecordBatchView();
 * for (boolean found = batch.first(buffer); found; found = batch.next()) { ... }
 * if (batch.trailingBytes() > 0) { ... the last batch is incomplete ... }
 * </pre>
 *
 * <p>Getters read the header and trust it only as far as memory safety goes; {@link BatchChecks}
 * says whether the batch is right. The buffer's position and limit are never moved. Setters write
 * into the buffer. Not safe for use by several threads; several views of one buffer are.
 */
public final class RecordBatchView {
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private final CRC32C crc = new CRC32C();
  private ByteBuffer buffer = EMPTY;
  private int position;
  private int limit;
  private int size;

  /**
   * Looks at the batch that begins at {@code position} of a big-endian buffer and ends at or before
   * its limit.
   *
   * @throws InvalidBatchException when no whole batch lies there
   */
  public RecordBatchView wrap(ByteBuffer buffer, int position) {
    over(buffer, position);
    if (!look()) {
      throw new InvalidBatchException(
          "incomplete record batch: " + (limit - position) + " bytes at byte " + position);
    }
    return this;
  }

  /**
   * Moves to the first batch between a buffer's position and limit.
   *
   * @return false when no whole batch lies there
   * @throws InvalidBatchException when its length is impossible
   */
  public boolean first(ByteBuffer buffer) {
    over(buffer, buffer.position());
    return look();
  }

  /**
   * Moves to the batch behind this one.
   *
   * @return false when no whole batch follows; the view is then on none
   * @throws InvalidBatchException when its length is impossible
   */
  public boolean next() {
    position += size;
    return look();
  }

  /** Bytes between the last whole batch and the end of the buffer, once {@link #next} was false. */
  public int trailingBytes() {
    return limit - position - size;
  }

  private void over(ByteBuffer source, int from) {
    if (source.order() != ByteOrder.BIG_ENDIAN) {
      throw new IllegalArgumentException("record batches are read from big-endian buffers only");
    }
    buffer = source;
    position = from;
    limit = source.limit();
    size = 0;
  }

  private boolean look() {
    size = 0;
    int available = limit - position;
    if (available < BatchFormat.LENGTH_OVERHEAD) {
      return false;
    }
    int length = buffer.getInt(position + BatchFormat.BATCH_LENGTH);
    if (length < BatchFormat.HEADER_BYTES - BatchFormat.LENGTH_OVERHEAD) {
      throw new InvalidBatchException(
          "impossible length " + length + " of the record batch at byte " + position);
    }
    if (length > available - BatchFormat.LENGTH_OVERHEAD) {
      return false;
    }
    size = length + BatchFormat.LENGTH_OVERHEAD;
    return true;
  }

  /** The buffer that this view looks into. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Where in the buffer the batch begins. */
  public int position() {
    return position;
  }

  /** All bytes of the batch, its header included. */
  public int sizeInBytes() {
    return size;
  }

  /** The batch as a buffer of its own, sharing the bytes. */
  public ByteBuffer slice() {
    return buffer.slice(position, size);
  }

  public long baseOffset() {
    return buffer.getLong(position + BatchFormat.BASE_OFFSET);
  }

  public int leaderEpoch() {
    return buffer.getInt(position + BatchFormat.LEADER_EPOCH);
  }

  public byte magic() {
    return buffer.get(position + BatchFormat.MAGIC);
  }

  /** The stored CRC-32C, 0 to 2^32-1. */
  public long crc() {
    return buffer.getInt(position + BatchFormat.CRC) & 0xffff_ffffL;
  }

  public short attributes() {
    return buffer.getShort(position + BatchFormat.ATTRIBUTES);
  }

  /**
   * How the records are compressed.
   *
   * @throws InvalidBatchException when the codec is unknown
   */
  public Codec codec() {
    return Codec.forId(attributes() & BatchFormat.CODEC_MASK);
  }

  public TimestampType timestampType() {
    return (attributes() & BatchFormat.TIMESTAMP_TYPE_MASK) == 0
        ? TimestampType.CREATE_TIME
        : TimestampType.LOG_APPEND_TIME;
  }

  public boolean isTransactional() {
    return (attributes() & BatchFormat.TRANSACTIONAL_MASK) != 0;
  }

  /** Whether the batch carries a marker (of a transaction's end, …) and no data of a client. */
  public boolean isControl() {
    return (attributes() & BatchFormat.CONTROL_MASK) != 0;
  }

  /**
   * From when on the batch's tombstones, or the transaction's marker that it is, need not be kept
   * any more, in milliseconds since the epoch (KIP-534): noted by compaction, in place of the base
   * timestamp; {@link BatchFormat#NO_TIMESTAMP} when it is not.
   */
  public long deleteHorizonMs() {
    return (attributes() & BatchFormat.DELETE_HORIZON_MASK) == 0
        ? BatchFormat.NO_TIMESTAMP
        : baseTimestamp();
  }

  public int lastOffsetDelta() {
    return buffer.getInt(position + BatchFormat.LAST_OFFSET_DELTA);
  }

  /** The offset of the last record. */
  public long lastOffset() {
    return baseOffset() + lastOffsetDelta();
  }

  /** The offset behind the last record. */
  public long nextOffset() {
    return lastOffset() + 1;
  }

  /** Milliseconds since the epoch; the records' timestamps are relative to it. */
  public long baseTimestamp() {
    return buffer.getLong(position + BatchFormat.BASE_TIMESTAMP);
  }

  /** Milliseconds since the epoch; the greatest of the records, or the time of appending. */
  public long maxTimestamp() {
    return buffer.getLong(position + BatchFormat.MAX_TIMESTAMP);
  }

  /** The idempotent producer, or {@link BatchFormat#NO_PRODUCER_ID}. */
  public long producerId() {
    return buffer.getLong(position + BatchFormat.PRODUCER_ID);
  }

  public boolean hasProducerId() {
    return producerId() > BatchFormat.NO_PRODUCER_ID;
  }

  public short producerEpoch() {
    return buffer.getShort(position + BatchFormat.PRODUCER_EPOCH);
  }

  public int baseSequence() {
    return buffer.getInt(position + BatchFormat.BASE_SEQUENCE);
  }

  /** The sequence number of the last record; sequences wrap from 2^31-1 to 0. */
  public int lastSequence() {
    int base = baseSequence();
    return base == BatchFormat.NO_SEQUENCE ? base : Sequences.plus(base, lastOffsetDelta());
  }

  public int recordCount() {
    return buffer.getInt(position + BatchFormat.RECORD_COUNT);
  }

  /** Where in the buffer the records begin. */
  public int recordsPosition() {
    return position + BatchFormat.HEADER_BYTES;
  }

  /** The bytes of the records, compressed as they may be; shares the buffer's content. */
  public ByteBuffer recordBytes() {
    return buffer.slice(recordsPosition(), position + sizeInBytes() - recordsPosition());
  }

  /** The CRC-32C of the bytes as they are now. */
  public long computeCrc() {
    crc.reset();
    int from = position + BatchFormat.ATTRIBUTES;
    int count = size - BatchFormat.ATTRIBUTES;
    if (buffer.hasArray()) {
      crc.update(buffer.array(), buffer.arrayOffset() + from, count);
    } else {
      crc.update(buffer.slice(from, count));
    }
    return crc.getValue();
  }

  /** Whether the stored CRC-32C is that of the bytes. */
  public boolean isCrcValid() {
    return crc() == computeCrc();
  }

  /** Not covered by the CRC. */
  public void setBaseOffset(long offset) {
    buffer.putLong(position + BatchFormat.BASE_OFFSET, offset);
  }

  /** Not covered by the CRC. */
  public void setLeaderEpoch(int epoch) {
    buffer.putInt(position + BatchFormat.LEADER_EPOCH, epoch);
  }

  /** Sets producer id, epoch and first sequence, and renews the CRC. */
  public void setProducer(long producerId, short epoch, int baseSequence) {
    buffer.putLong(position + BatchFormat.PRODUCER_ID, producerId);
    buffer.putShort(position + BatchFormat.PRODUCER_EPOCH, epoch);
    buffer.putInt(position + BatchFormat.BASE_SEQUENCE, baseSequence);
    renewCrc();
  }

  /**
   * Gives all records the time at which the server took them, compressed or not, and renews the
   * CRC.
   */
  public void setLogAppendTime(long timeMs) {
    buffer.putShort(
        position + BatchFormat.ATTRIBUTES,
        (short) (attributes() | BatchFormat.TIMESTAMP_TYPE_MASK));
    setMaxTimestamp(timeMs);
  }

  /** Sets the greatest timestamp, and renews the CRC. */
  public void setMaxTimestamp(long timeMs) {
    buffer.putLong(position + BatchFormat.MAX_TIMESTAMP, timeMs);
    renewCrc();
  }

  private void renewCrc() {
    buffer.putInt(position + BatchFormat.CRC, (int) computeCrc());
  }
}

package io.millrace.batch;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch again with some of its records left out, as log compaction does: base offset, last
 * offset, leader epoch, producer and sequence stay, so what is left keeps its offsets, and the
 * batch still says which sequences its producer has used. Reusable; not safe for use by several
 * threads.
 *
 * <pre>
 * rewriter.begin(batch, BatchFormat.NO_TIMESTAMP);
 * rewriter.keep(record);                                      // in the order of their offsets
 * ByteBuffer smaller = rewriter.finish(Codec.NONE, rewriter.records());
 * </pre>
 */
public final class BatchRewriter {
  private static final int INITIAL_BYTES = 1024;
  private static final int MAX_BYTES = Integer.MAX_VALUE - 64;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_BYTES);
  private ByteBuffer plain = ByteBuffer.allocate(INITIAL_BYTES);
  private boolean hasAppendTime;
  private boolean newBase;
  private long baseOffset;
  private long baseTimestamp;
  private long originalMaxTimestamp;
  private long maxTimestamp;
  private int count;

  /**
   * Begins anew, without records.
   *
   * @param batch whose header counts; it is copied
   * @param deleteHorizonMs from when on the batch's tombstones, or the marker that it is, need not
   *     be kept any more (KIP-534), where that is to be noted in it; {@link
   *     BatchFormat#NO_TIMESTAMP} leaves it as it is
   */
  public void begin(RecordBatchView batch, long deleteHorizonMs) {
    header.clear();
    header.put(0, batch.buffer(), batch.position(), BatchFormat.HEADER_BYTES);
    plain.clear();
    hasAppendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
    newBase = deleteHorizonMs != BatchFormat.NO_TIMESTAMP;
    baseOffset = batch.baseOffset();
    baseTimestamp = newBase ? deleteHorizonMs : batch.baseTimestamp();
    originalMaxTimestamp = batch.maxTimestamp();
    maxTimestamp = BatchFormat.NO_TIMESTAMP;
    count = 0;
  }

  /** A batch of nobody, without records, that has the offsets of another one. */
  public ByteBuffer placeholder(RecordBatchView batch) {
    begin(batch, BatchFormat.NO_TIMESTAMP);
    header.putShort(BatchFormat.ATTRIBUTES, (short) 0);
    header.putLong(BatchFormat.PRODUCER_ID, BatchFormat.NO_PRODUCER_ID);
    header.putShort(BatchFormat.PRODUCER_EPOCH, BatchFormat.NO_PRODUCER_EPOCH);
    header.putInt(BatchFormat.BASE_SEQUENCE, BatchFormat.NO_SEQUENCE);
    return finish(Codec.NONE, null);
  }

  /** Keeps a record of the batch; in the order of their offsets. */
  public void keep(RecordView record) {
    if (newBase) {
      encode(record);
    } else {
      reserve(record.sizeInBytes());
      put(record.buffer, record.position, record.end);
    }
    maxTimestamp = count == 0 ? record.timestamp() : Math.max(maxTimestamp, record.timestamp());
    count++;
  }

  /** Timestamps in records are relative to the batch's, so they are written anew with another. */
  private void encode(RecordView record) {
    long timestampDelta = hasAppendTime ? 0 : record.timestamp() - baseTimestamp;
    int offsetDelta = (int) (record.offset() - baseOffset);
    int rest = record.end - record.keyPosition;
    int body =
        1
            + Varints.sizeOfVarlong(timestampDelta)
            + Varints.sizeOfVarint(offsetDelta)
            + Varints.sizeOfVarint(record.keySize)
            + rest;
    reserve(body + Varints.MAX_VARINT_BYTES);
    Varints.writeVarint(plain, body);
    plain.put((byte) 0);
    Varints.writeVarlong(plain, timestampDelta);
    Varints.writeVarint(plain, offsetDelta);
    Varints.writeVarint(plain, record.keySize);
    put(record.buffer, record.keyPosition, record.end);
  }

  private void put(ByteBuffer source, int from, int to) {
    plain.put(plain.position(), source, from, to - from);
    plain.position(plain.position() + to - from);
  }

  private void reserve(int bytes) {
    if (plain.remaining() >= bytes) {
      return;
    }
    long needed = (long) plain.position() + bytes;
    if (needed > MAX_BYTES) {
      throw new IllegalArgumentException("batch of " + needed + " bytes");
    }
    ByteBuffer larger =
        ByteBuffer.allocate((int) Math.min(Math.max(needed, 2L * plain.capacity()), MAX_BYTES));
    plain = larger.put(plain.flip());
  }

  /** How many records were kept. */
  public int count() {
    return count;
  }

  /** The records that were kept, uncompressed; valid until the next call of another method. */
  public ByteBuffer records() {
    return plain.slice(0, plain.position());
  }

  /**
   * The finished batch, its checksum set, in memory of its own. One without records is not
   * compressed, whatever {@code codec} says, and has no timestamps.
   *
   * @param records what {@link #records} gave, compressed with {@code codec}
   */
  public ByteBuffer finish(Codec codec, @Nullable ByteBuffer records) {
    ByteBuffer content =
        count == 0 ? ByteBuffer.allocate(0) : Objects.requireNonNull(records).duplicate();
    int size = Math.addExact(BatchFormat.HEADER_BYTES, content.remaining());
    int attributes = header.getShort(BatchFormat.ATTRIBUTES) & ~BatchFormat.CODEC_MASK;
    if (count > 0) {
      attributes |= codec.id();
      attributes |= newBase ? BatchFormat.DELETE_HORIZON_MASK : 0;
    } else {
      attributes &= ~BatchFormat.DELETE_HORIZON_MASK;
    }
    long greatest = hasAppendTime ? originalMaxTimestamp : maxTimestamp;
    ByteBuffer batch = ByteBuffer.allocate(size);
    batch.put(0, header, 0, BatchFormat.HEADER_BYTES);
    batch.putInt(BatchFormat.BATCH_LENGTH, size - BatchFormat.LENGTH_OVERHEAD);
    batch.putShort(BatchFormat.ATTRIBUTES, (short) attributes);
    batch.putLong(
        BatchFormat.BASE_TIMESTAMP, count == 0 ? BatchFormat.NO_TIMESTAMP : baseTimestamp);
    batch.putLong(BatchFormat.MAX_TIMESTAMP, count == 0 ? BatchFormat.NO_TIMESTAMP : greatest);
    batch.putInt(BatchFormat.RECORD_COUNT, count);
    batch.position(BatchFormat.HEADER_BYTES);
    batch.put(content);
    crc.reset();
    crc.update(batch.array(), BatchFormat.ATTRIBUTES, size - BatchFormat.ATTRIBUTES);
    batch.putInt(BatchFormat.CRC, (int) crc.getValue());
    return batch.flip();
  }
}

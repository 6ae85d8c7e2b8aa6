package io.millrace.batch;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Builds one uncompressed v2 batch, record by record, in a buffer that grows and is used again for
 * the next batch. Not safe for use by several threads.
 *
 * <pre>
 * builder.append(timestampMs, key, value, headers);
 * builder.setProducer(id, epoch, sequence);
 * ByteBuffer batch = builder.build();   // valid until the next call of any method
 * builder.reset();
 * </pre>
 */
public final class BatchBuilder {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final IntFunction<ByteBuffer> allocator;
  private final int initialBytes;
  private final RecordBatchView view = new RecordBatchView();
  private ByteBuffer buffer;
  private int recordCount;
  private int lastOffsetDelta;
  private long baseOffset;
  private long baseTimestamp;
  private long maxTimestamp;
  private long producerId;
  private short producerEpoch;
  private int baseSequence;
  private int leaderEpoch;
  private int flags;

  /** Builds in heap memory, {@code initialBytes} of it at first. */
  public BatchBuilder(int initialBytes) {
    this(initialBytes, ByteBuffer::allocate);
  }

  /** Builds in big-endian buffers of the caller's choice, for example direct ones. */
  public BatchBuilder(int initialBytes, IntFunction<ByteBuffer> allocator) {
    this.allocator = allocator;
    this.initialBytes = Math.max(initialBytes, BatchFormat.HEADER_BYTES);
    this.buffer = NOTHING;
    reset();
  }

  /** Forgets all records and settings; the memory is kept. */
  public void reset() {
    if (buffer.capacity() > 0) {
      buffer.clear().position(BatchFormat.HEADER_BYTES);
    }
    recordCount = 0;
    lastOffsetDelta = -1;
    baseOffset = 0;
    baseTimestamp = BatchFormat.NO_TIMESTAMP;
    maxTimestamp = BatchFormat.NO_TIMESTAMP;
    producerId = BatchFormat.NO_PRODUCER_ID;
    producerEpoch = BatchFormat.NO_PRODUCER_EPOCH;
    baseSequence = BatchFormat.NO_SEQUENCE;
    leaderEpoch = -1;
    flags = 0;
  }

  /** Where the records will lie; a log that takes the batch assigns its own. */
  public BatchBuilder setBaseOffset(long offset) {
    baseOffset = offset;
    return this;
  }

  public BatchBuilder setLeaderEpoch(int epoch) {
    leaderEpoch = epoch;
    return this;
  }

  /** Makes the batch that of an idempotent producer. */
  public BatchBuilder setProducer(long id, short epoch, int firstSequence) {
    producerId = id;
    producerEpoch = epoch;
    baseSequence = firstSequence;
    return this;
  }

  public BatchBuilder setTransactional(boolean transactional) {
    return setFlag(BatchFormat.TRANSACTIONAL_MASK, transactional);
  }

  public BatchBuilder setControl(boolean control) {
    return setFlag(BatchFormat.CONTROL_MASK, control);
  }

  private BatchBuilder setFlag(int mask, boolean on) {
    flags = on ? flags | mask : flags & ~mask;
    return this;
  }

  /** Appends a record without headers. */
  public int append(long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
    return append(timestampMs, key, value, null);
  }

  /**
   * Appends a record. The positions of key and value are left as they are; the headers may be
   * cleared afterwards.
   *
   * @return the record's number in the batch, from 0
   * @throws IllegalArgumentException when the batch would exceed 2 GiB
   */
  public int append(
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      @Nullable HeaderBuffer headers) {
    return appendAt(lastOffsetDelta + 1, timestampMs, key, value, headers);
  }

  /**
   * Appends a record at a chosen distance from the base offset, as a compacted batch has it.
   *
   * @param offsetDelta greater than that of the record before
   */
  public int appendAt(
      int offsetDelta,
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      @Nullable HeaderBuffer headers) {
    if (offsetDelta <= lastOffsetDelta) {
      throw new IllegalArgumentException(
          "offset delta " + offsetDelta + " after " + lastOffsetDelta);
    }
    long base = recordCount == 0 ? timestampMs : baseTimestamp;
    int keySize = key == null ? -1 : key.remaining();
    int valueSize = value == null ? -1 : value.remaining();
    int body = bodySize(offsetDelta, timestampMs - base, keySize, valueSize, headers);
    reserve(body + Varints.MAX_VARINT_BYTES);
    baseTimestamp = base;
    Varints.writeVarint(buffer, body);
    buffer.put((byte) 0);
    Varints.writeVarlong(buffer, timestampMs - base);
    Varints.writeVarint(buffer, offsetDelta);
    putBytes(key, keySize);
    putBytes(value, valueSize);
    if (headers == null) {
      buffer.put((byte) 0);
    } else {
      Varints.writeVarint(buffer, headers.count());
      headers.writeTo(buffer);
    }
    maxTimestamp = recordCount == 0 ? timestampMs : Math.max(maxTimestamp, timestampMs);
    lastOffsetDelta = offsetDelta;
    return recordCount++;
  }

  /** How large the batch would be with one more record, at most. */
  public long sizeWith(int keySize, int valueSize, @Nullable HeaderBuffer headers) {
    long headerBytes = headers == null ? 0 : headers.sizeInBytes();
    return sizeInBytes()
        + 1L
        + Varints.MAX_VARLONG_BYTES
        + 5L * Varints.MAX_VARINT_BYTES
        + Math.max(keySize, 0)
        + Math.max(valueSize, 0)
        + headerBytes;
  }

  /** The batch so far, its header included. */
  public int sizeInBytes() {
    return buffer.capacity() == 0 ? BatchFormat.HEADER_BYTES : buffer.position();
  }

  public int recordCount() {
    return recordCount;
  }

  public boolean isEmpty() {
    return recordCount == 0;
  }

  /**
   * The finished batch, its checksum set, in the builder's own memory: valid until the next call.
   *
   * @throws IllegalStateException when no record was appended
   */
  public ByteBuffer build() {
    if (recordCount == 0) {
      throw new IllegalStateException("a batch needs a record");
    }
    int size = buffer.position();
    buffer.putLong(BatchFormat.BASE_OFFSET, baseOffset);
    buffer.putInt(BatchFormat.BATCH_LENGTH, size - BatchFormat.LENGTH_OVERHEAD);
    buffer.putInt(BatchFormat.LEADER_EPOCH, leaderEpoch);
    buffer.put(BatchFormat.MAGIC, BatchFormat.CURRENT_MAGIC);
    buffer.putShort(BatchFormat.ATTRIBUTES, (short) flags);
    buffer.putInt(BatchFormat.LAST_OFFSET_DELTA, lastOffsetDelta);
    buffer.putLong(BatchFormat.BASE_TIMESTAMP, baseTimestamp);
    buffer.putLong(BatchFormat.MAX_TIMESTAMP, maxTimestamp);
    buffer.putLong(BatchFormat.PRODUCER_ID, producerId);
    buffer.putShort(BatchFormat.PRODUCER_EPOCH, producerEpoch);
    buffer.putInt(BatchFormat.BASE_SEQUENCE, baseSequence);
    buffer.putInt(BatchFormat.RECORD_COUNT, recordCount);
    ByteBuffer batch = buffer.slice(0, size);
    view.wrap(batch, 0);
    batch.putInt(BatchFormat.CRC, (int) view.computeCrc());
    return batch;
  }

  /**
   * The finished batch, whose memory is the caller's from now on. The builder is reset and gets new
   * memory when it is next used.
   */
  public ByteBuffer take() {
    ByteBuffer batch = build();
    buffer = NOTHING;
    reset();
    return batch;
  }

  private static int bodySize(
      int offsetDelta,
      long timestampDelta,
      int keySize,
      int valueSize,
      @Nullable HeaderBuffer headers) {
    long size =
        1L
            + Varints.sizeOfVarlong(timestampDelta)
            + Varints.sizeOfVarint(offsetDelta)
            + Varints.sizeOfVarint(keySize)
            + Math.max(keySize, 0)
            + Varints.sizeOfVarint(valueSize)
            + Math.max(valueSize, 0)
            + (headers == null ? 1 : Varints.sizeOfVarint(headers.count()) + headers.sizeInBytes());
    if (size > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("record of " + size + " bytes");
    }
    return (int) size;
  }

  private void putBytes(@Nullable ByteBuffer bytes, int size) {
    Varints.writeVarint(buffer, size);
    if (bytes != null) {
      buffer.put(buffer.position(), bytes, bytes.position(), size);
      buffer.position(buffer.position() + size);
    }
  }

  private void reserve(int count) {
    if (buffer.capacity() == 0) {
      buffer = allocator.apply(Math.max(initialBytes, BatchFormat.HEADER_BYTES + count));
      buffer.position(BatchFormat.HEADER_BYTES);
    }
    if (buffer.remaining() >= count) {
      return;
    }
    long needed = (long) buffer.position() + count;
    if (needed > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("batch of " + needed + " bytes");
    }
    int capacity = (int) Math.min(Math.max(needed, buffer.capacity() * 2L), Integer.MAX_VALUE - 64);
    ByteBuffer larger = allocator.apply(capacity);
    larger.put(buffer.flip());
    buffer = larger;
  }
}

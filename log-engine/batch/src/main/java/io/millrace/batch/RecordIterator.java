package io.millrace.batch;

import java.nio.ByteBuffer;

/**
 * Walks the records of one batch without copying or allocating. Reusable; not safe for use by
 * several threads.
 */
public final class RecordIterator {
  /** The smallest record: length, attributes, two deltas, null key, null value, no headers. */
  static final int MIN_RECORD_BYTES = 7;

  private final BoundedReader reader = new BoundedReader();
  private final RecordView record = new RecordView();
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private long baseOffset;
  private int lastOffsetDelta;
  private long baseTimestamp;
  private long appendTimestamp;
  private boolean hasAppendTime;
  private int left;

  /**
   * Starts before the first record of an uncompressed batch.
   *
   * @throws InvalidBatchException when the batch is compressed
   */
  public RecordIterator over(RecordBatchView batch) {
    if (batch.codec() != Codec.NONE) {
      throw new InvalidBatchException("records are compressed with " + batch.codec());
    }
    return over(
        batch, batch.buffer(), batch.recordsPosition(), batch.position() + batch.sizeInBytes());
  }

  /**
   * Starts before the first record of a batch whose records lie decompressed elsewhere, between the
   * buffer's position and limit.
   */
  public RecordIterator over(RecordBatchView batch, ByteBuffer records) {
    return over(batch, records, records.position(), records.limit());
  }

  /**
   * Starts before the first of some records that were taken out of their batch untouched and now
   * lie one behind the other, between the buffer's position and limit.
   *
   * @param baseOffset the batch's
   * @param baseTimestamp the batch's; where {@code hasAppendTime}, the time of every record
   * @param hasAppendTime whether the batch has the time of appending
   * @param count how many records there are
   */
  public RecordIterator over(
      long baseOffset, long baseTimestamp, boolean hasAppendTime, int count, ByteBuffer records) {
    this.buffer = records;
    this.baseOffset = baseOffset;
    this.lastOffsetDelta = Integer.MAX_VALUE;
    this.baseTimestamp = baseTimestamp;
    this.hasAppendTime = hasAppendTime;
    this.appendTimestamp = baseTimestamp;
    this.left = count;
    reader.over(records, records.position(), records.limit());
    return this;
  }

  private RecordIterator over(RecordBatchView batch, ByteBuffer source, int from, int to) {
    buffer = source;
    baseOffset = batch.baseOffset();
    lastOffsetDelta = batch.lastOffsetDelta();
    baseTimestamp = batch.baseTimestamp();
    hasAppendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
    appendTimestamp = batch.maxTimestamp();
    left = batch.recordCount();
    reader.over(source, from, to);
    return this;
  }

  /**
   * Moves to the next record.
   *
   * @return false behind the last one
   * @throws InvalidBatchException when the bytes are no record, or some are left behind the last
   */
  public boolean next() {
    if (left <= 0) {
      if (reader.remaining() != 0) {
        throw new InvalidBatchException(
            reader.remaining() + " bytes behind the last record, at byte " + reader.position());
      }
      return false;
    }
    left--;
    int start = reader.position();
    int length = reader.readLength(0, "record");
    int bodyStart = reader.position();
    int end = bodyStart + length;
    reader.readByte(); // attributes, unused so far
    long timestampDelta = reader.readVarlong();
    int offsetDelta = reader.readVarint();
    if (offsetDelta < 0 || offsetDelta > lastOffsetDelta) {
      throw new InvalidBatchException(
          "offset delta " + offsetDelta + " of " + lastOffsetDelta + ", at byte " + start);
    }
    int keySize = reader.readLength(-1, "key");
    int keyPosition = reader.position();
    reader.skip(Math.max(keySize, 0));
    int valueSize = reader.readLength(-1, "value");
    int valuePosition = reader.position();
    reader.skip(Math.max(valueSize, 0));
    int headerCount = reader.readVarint();
    int headersPosition = reader.position();
    if (headersPosition > end
        || headerCount < 0
        || headerCount > (end - headersPosition) / HeaderView.MIN_HEADER_BYTES
        || (headerCount == 0 && headersPosition != end)) {
      throw new InvalidBatchException(
          "record at byte " + start + " does not fit its length of " + length + " bytes");
    }
    record.buffer = buffer;
    record.position = start;
    record.end = end;
    record.offset = baseOffset + offsetDelta;
    record.timestamp = hasAppendTime ? appendTimestamp : baseTimestamp + timestampDelta;
    record.keyPosition = keyPosition;
    record.keySize = keySize;
    record.valuePosition = valuePosition;
    record.valueSize = valueSize;
    record.headersPosition = headersPosition;
    record.headerCount = headerCount;
    reader.skip(end - headersPosition);
    return true;
  }

  /** The record moved to: always the same object, valid until the next move. */
  public RecordView record() {
    return record;
  }
}

package io.millrace.batch;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Says whether record batches are what they should be. Every failure is an {@link
 * InvalidBatchException} that names the field and the place. Methods need no instance state and are
 * safe for use from any thread.
 */
public final class BatchChecks {
  private BatchChecks() {}

  /** Checks what holds for every stored batch, compacted ones too: header and CRC-32C. */
  public static void checkStored(RecordBatchView batch) {
    checkHeader(batch);
    long computed = batch.computeCrc();
    if (batch.crc() != computed) {
      throw wrong(batch, "checksum is " + computed + " where its header says " + batch.crc());
    }
  }

  /**
   * Checks a batch as a producer may send it: as {@link #checkStored}, and it has records, whose
   * offsets are dense.
   */
  public static void checkProduced(RecordBatchView batch) {
    checkStored(batch);
    if (batch.recordCount() == 0 || batch.lastOffsetDelta() != batch.recordCount() - 1) {
      throw wrong(
          batch,
          "last offset delta "
              + batch.lastOffsetDelta()
              + " does not fit "
              + batch.recordCount()
              + " records");
    }
    if (batch.hasProducerId()
        && !batch.isControl()
        && (batch.producerEpoch() < 0 || batch.baseSequence() < 0)) {
      throw wrong(
          batch,
          "producer id without epoch or sequence: "
              + batch.producerEpoch()
              + ", "
              + batch.baseSequence());
    }
  }

  /** Checks the header's fields for possible values, without the CRC. */
  public static void checkHeader(RecordBatchView batch) {
    if (batch.magic() != BatchFormat.CURRENT_MAGIC) {
      throw wrong(batch, "format version (magic) " + batch.magic() + "; only 2 is supported");
    }
    int count = batch.recordCount();
    if (count < 0 || batch.lastOffsetDelta() < 0) {
      throw wrong(
          batch,
          "negative record count or offset delta: " + count + ", " + batch.lastOffsetDelta());
    }
    if (count - 1 > batch.lastOffsetDelta()) {
      throw wrong(batch, count + " records in " + (batch.lastOffsetDelta() + 1L) + " offsets");
    }
    if (batch.codec() == Codec.NONE
        && (long) count * RecordIterator.MIN_RECORD_BYTES
            > batch.sizeInBytes() - BatchFormat.HEADER_BYTES) {
      throw wrong(batch, count + " records in " + batch.sizeInBytes() + " bytes");
    }
  }

  /** As {@link #checkRecords(RecordBatchView, ByteBuffer)}, for an uncompressed batch. */
  public static void checkRecords(RecordBatchView batch) {
    checkRecords(batch, batch.recordBytes());
  }

  /**
   * Walks every record and header of a batch as a producer may send it: they must be well-formed,
   * one for each offset, as many as the header says, and nothing behind the last.
   *
   * @param bytes of the records, uncompressed
   */
  public static void checkRecords(RecordBatchView batch, ByteBuffer bytes) {
    checkRecords(batch, bytes, record -> {});
  }

  /**
   * As {@link #checkRecords(RecordBatchView, ByteBuffer)}, and shows each record that is as it must
   * be, in their order.
   *
   * @param each gets a view that is over the next record afterwards
   */
  public static void checkRecords(
      RecordBatchView batch, ByteBuffer bytes, Consumer<RecordView> each) {
    if ((long) batch.recordCount() * RecordIterator.MIN_RECORD_BYTES > bytes.remaining()) {
      throw wrong(batch, batch.recordCount() + " records in " + bytes.remaining() + " bytes");
    }
    RecordIterator records = new RecordIterator().over(batch, bytes);
    HeaderView header = new HeaderView();
    long offset = batch.baseOffset();
    while (records.next()) {
      if (records.record().offset() != offset) {
        throw wrong(batch, "offset " + records.record().offset() + " where " + offset + " is next");
      }
      offset++;
      header.over(records.record());
      while (header.next()) {
        // Moving checks the bounds.
      }
      each.accept(records.record());
    }
  }

  /**
   * Checks everything between the buffer's position and limit as {@link #checkProduced}; it must be
   * whole batches, and one at least.
   *
   * @return the number of records
   */
  public static int checkProduced(ByteBuffer batches) {
    RecordBatchView batch = new RecordBatchView();
    int records = 0;
    for (boolean found = batch.first(batches); found; found = batch.next()) {
      checkProduced(batch);
      records += batch.recordCount();
    }
    if (records == 0 || batch.trailingBytes() > 0) {
      throw new InvalidBatchException(
          "no whole record batch in the last " + batch.trailingBytes() + " bytes");
    }
    return records;
  }

  private static InvalidBatchException wrong(RecordBatchView batch, String what) {
    return new InvalidBatchException("record batch at byte " + batch.position() + ": " + what);
  }
}

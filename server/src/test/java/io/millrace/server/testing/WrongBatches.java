package io.millrace.server.testing;

import io.millrace.batch.BatchFormat;
import io.millrace.batch.RecordBatchView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;

/** Record batches with a right checksum whose records are not what the header says. */
public final class WrongBatches {
  private static final int RECORD_COUNT = 57;
  private static final int LAST_OFFSET_DELTA = 23;
  private static final int ATTRIBUTES = 21;
  private static final int CRC = 17;
  private static final int LENGTH = 8;

  private WrongBatches() {}

  /** The bytes of one small record with offset delta 0. */
  public static byte[] record() {
    ByteBuffer batch =
        MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(0, null, new byte[] {1}))
            .buffer();
    byte[] record = new byte[batch.remaining() - BatchFormat.HEADER_BYTES];
    batch.get(batch.position() + BatchFormat.HEADER_BYTES, record);
    return record;
  }

  /** A record, and zeros behind it. */
  public static byte[] recordAndZeros(int bytes) {
    return java.util.Arrays.copyOf(record(), bytes);
  }

  /**
   * A batch.
   *
   * @param claimed how many records its header claims
   * @param records their bytes, uncompressed
   */
  public static ByteBuffer of(CompressionType codec, int claimed, byte[] records) {
    byte[] packed = compressed(codec, records);
    ByteBuffer batch = ByteBuffer.allocate(BatchFormat.HEADER_BYTES + packed.length);
    ByteBuffer model =
        MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(0, null, new byte[] {1}))
            .buffer();
    batch.put(0, model, model.position(), BatchFormat.HEADER_BYTES);
    batch.put(BatchFormat.HEADER_BYTES, packed);
    batch.putInt(LENGTH, batch.capacity() - BatchFormat.LENGTH_OVERHEAD);
    batch.putShort(ATTRIBUTES, (short) codec.id);
    batch.putInt(RECORD_COUNT, claimed);
    batch.putInt(LAST_OFFSET_DELTA, claimed - 1);
    batch.putInt(CRC, (int) new RecordBatchView().wrap(batch, 0).computeCrc());
    return batch;
  }

  private static byte[] compressed(CompressionType codec, byte[] bytes) {
    ByteBufferOutputStream target = new ByteBufferOutputStream(1024);
    try (OutputStream out = Compression.of(codec).build().wrapForOutput(target, (byte) 2)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteBuffer buffer = target.buffer().flip();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(buffer.array(), buffer.arrayOffset(), buffer.remaining());
    return all.toByteArray();
  }
}

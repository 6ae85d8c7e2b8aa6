package io.millrace.server.door.admin.message;

import io.millrace.batch.Codec;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/** Gets at the records of a batch, whatever it was compressed with. Stateless. */
final class Unpacking {
  /** More than this is not unpacked only to be looked at. */
  private static final int MAX_BYTES = 64 << 20;

  private Unpacking() {}

  /**
   * @throws InvalidBatchException when the batch is damaged, or too large when unpacked
   */
  static RecordIterator records(RecordBatchView batch) {
    RecordIterator records = new RecordIterator();
    return batch.codec() == Codec.NONE
        ? records.over(batch)
        : records.over(batch, ByteBuffer.wrap(unpack(batch)));
  }

  private static byte[] unpack(RecordBatchView batch) {
    int from = batch.recordsPosition();
    ByteBuffer packed = batch.buffer().slice(from, batch.position() + batch.sizeInBytes() - from);
    Compression codec = Compression.of(CompressionType.forId(batch.codec().id())).build();
    try (InputStream in = codec.wrapForInput(packed, batch.magic(), BufferSupplier.NO_CACHING)) {
      byte[] bytes = in.readNBytes(MAX_BYTES);
      if (in.read() >= 0) {
        throw new InvalidBatchException("more than " + MAX_BYTES + " bytes when unpacked");
      }
      return bytes;
    } catch (IOException e) {
      throw new InvalidBatchException("cannot be unpacked: " + e);
    }
  }
}

package io.millrace.server.partition;

import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/** Decompresses the records of a batch, with Kafka's own codecs. Stateless; any thread. */
public final class Decompression {
  private static final int CHUNK = 64 << 10;

  private Decompression() {}

  /**
   * The records of a compressed batch.
   *
   * @throws OversizedBatchException when they are larger than {@code maxBytes}
   * @throws InvalidBatchException when they are damaged
   */
  public static ByteBuffer records(RecordBatchView batch, int maxBytes) {
    ByteBuffer compressed = batch.recordBytes();
    Compression codec = Compression.of(CompressionType.forId(batch.codec().id())).build();
    byte[] bytes = new byte[(int) Math.min(maxBytes, Math.max(CHUNK, 4L * compressed.remaining()))];
    int size = 0;
    try (InputStream in =
        codec.wrapForInput(compressed, batch.magic(), BufferSupplier.NO_CACHING)) {
      while (true) {
        if (size == bytes.length) {
          if (size >= maxBytes) {
            if (in.read() < 0) {
              return ByteBuffer.wrap(bytes);
            }
            throw new OversizedBatchException(maxBytes);
          }
          bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, 2L * size));
        }
        int count = in.read(bytes, size, bytes.length - size);
        if (count < 0) {
          return ByteBuffer.wrap(bytes, 0, size).slice();
        }
        size += count;
      }
    } catch (InvalidBatchException e) {
      throw e;
    } catch (VirtualMachineError e) {
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      // The codecs throw what they like on damaged input, even errors.
      throw new InvalidBatchException("cannot be decompressed: " + e);
    }
  }
}

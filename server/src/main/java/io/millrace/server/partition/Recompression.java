package io.millrace.server.partition;

import io.millrace.batch.BatchFormat;
import io.millrace.batch.Codec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;

/** Compresses the records of a batch again, with Kafka's own codecs. Stateless; any thread. */
public final class Recompression {
  private static final int INITIAL_BYTES = 512;

  private Recompression() {}

  /** The records, compressed at the codec's usual level; those given are left as they are. */
  public static ByteBuffer compress(Codec codec, ByteBuffer records) {
    Compression compression = Compression.of(CompressionType.forId(codec.id())).build();
    ByteBufferOutputStream target =
        new ByteBufferOutputStream(Math.max(INITIAL_BYTES, records.remaining() / 2));
    try (OutputStream out = compression.wrapForOutput(target, BatchFormat.CURRENT_MAGIC)) {
      ByteBuffer source = records.duplicate();
      byte[] chunk = new byte[Math.min(64 << 10, Math.max(1, source.remaining()))];
      while (source.hasRemaining()) {
        int count = Math.min(chunk.length, source.remaining());
        source.get(chunk, 0, count);
        out.write(chunk, 0, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("records cannot be compressed with " + codec, e);
    }
    return target.buffer().flip();
  }
}

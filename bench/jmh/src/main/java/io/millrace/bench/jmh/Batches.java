package io.millrace.bench.jmh;

import io.millrace.batch.BatchBuilder;
import java.nio.ByteBuffer;

/** Makes the batches that benchmarks work on. Any thread. */
final class Batches {
  /** A value with which a batch of one record has 1024 bytes. */
  static final int VALUE_BYTES_OF_1_KIB = 954;

  private Batches() {}

  /** A batch without keys and headers, in memory of its own. */
  static ByteBuffer of(int records, int valueBytes) {
    BatchBuilder builder = new BatchBuilder(128 + records * (valueBytes + 16));
    ByteBuffer value = ByteBuffer.allocate(valueBytes);
    for (int i = 0; i < records; i++) {
      builder.append(1_000_000L + i, null, value);
    }
    return builder.take();
  }
}

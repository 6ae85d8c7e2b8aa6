package io.millrace.server.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecompressionTest {
  private static final int BODY = 100_000;

  private static ByteBuffer batch(CompressionType codec) {
    byte[] body = new byte[BODY];
    return MemoryRecords.withRecords(
            Compression.of(codec).build(), new SimpleRecord(0, new byte[] {1}, body))
        .buffer();
  }

  private static RecordBatchView view(ByteBuffer bytes) {
    RecordBatchView view = new RecordBatchView();
    assertThat(view.first(bytes)).isTrue();
    return view;
  }

  @ParameterizedTest
  @EnumSource(value = CompressionType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void givesTheRecordsUpToALimit(CompressionType codec) {
    RecordBatchView view = view(batch(codec));

    int size = Decompression.records(view, 1 << 20).remaining();

    assertThat(size).isGreaterThan(BODY);
    assertThat(Decompression.records(view, size).remaining()).isEqualTo(size);
    assertThatThrownBy(() -> Decompression.records(view, size - 1))
        .isInstanceOf(InvalidBatchException.class)
        .hasMessage("more than " + (size - 1) + " bytes when decompressed");
  }

  @ParameterizedTest
  @EnumSource(value = CompressionType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void damagedInputIsAnInvalidBatchAndNothingElse(CompressionType codec) {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      ByteBuffer bytes = batch(codec);
      RecordBatchView view = view(bytes);
      for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
        int from = view.recordsPosition();
        int at = from + random.nextInt(view.position() + view.sizeInBytes() - from);
        bytes.put(at, (byte) random.nextInt());
      }
      try {
        assertThat(Decompression.records(view, 1 << 20).remaining()).isLessThanOrEqualTo(1 << 20);
      } catch (InvalidBatchException expected) {
        assertThat(expected).hasMessageContaining("decompressed");
      }
    }
  }
}

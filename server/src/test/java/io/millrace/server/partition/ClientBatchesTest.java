package io.millrace.server.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.BatchTooLargeException;
import io.millrace.log.CorruptBatchException;
import io.millrace.server.testing.WrongBatches;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientBatchesTest {
  private static final int LIMIT = 1 << 20;

  private final ClientBatches batches = new ClientBatches(LIMIT);

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void takesWhatIsWhatItSays(CompressionType codec) {
    SimpleRecord[] records = new SimpleRecord[500];
    for (int i = 0; i < records.length; i++) {
      records[i] = new SimpleRecord(i, new byte[i % 3], new byte[i % 50]);
    }
    ByteBuffer batch = MemoryRecords.withRecords(Compression.of(codec).build(), records).buffer();

    assertThat(batches.check(batch, RecordRules.ANY).recordCount()).isEqualTo(500);
    assertThat(batch.remaining()).isEqualTo(batch.limit());
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void refusesMoreRecordsThanThereAre(CompressionType codec) {
    ByteBuffer batch = WrongBatches.of(codec, 2, WrongBatches.recordAndZeros(40));

    assertThatThrownBy(() -> batches.check(batch, RecordRules.ANY))
        .isInstanceOf(RefusedBatchException.class);
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void refusesFewerRecordsThanThereAre(CompressionType codec) {
    ByteBuffer batch = WrongBatches.of(codec, 1, WrongBatches.recordAndZeros(40));

    assertThatThrownBy(() -> batches.check(batch, RecordRules.ANY))
        .isInstanceOf(RefusedBatchException.class)
        .hasMessageContaining("bytes behind the last record");
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void refusesTwoRecordsOfOneOffset(CompressionType codec) {
    byte[] one = WrongBatches.record();
    byte[] two = java.util.Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, two, one.length, one.length);
    ByteBuffer batch = WrongBatches.of(codec, 2, two);

    assertThatThrownBy(() -> batches.check(batch, RecordRules.ANY))
        .isInstanceOf(RefusedBatchException.class)
        .hasMessageContaining("offset 0 where 1 is next");
  }

  @Test
  void aFewBytesCannotClaimMuchMemory() {
    int claimed = LIMIT - 100;
    ByteBuffer batch =
        WrongBatches.of(CompressionType.GZIP, claimed, WrongBatches.recordAndZeros(claimed));
    assertThat(batch.capacity()).isLessThan(2000);

    assertThatThrownBy(() -> batches.check(batch, RecordRules.ANY))
        .isInstanceOf(BatchTooLargeException.class)
        .hasMessageContaining("send less in one batch");
  }

  @ParameterizedTest
  @EnumSource(value = CompressionType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void refusesWhatIsTooLargeUncompressed(CompressionType codec) {
    ByteBuffer batch =
        MemoryRecords.withRecords(
                Compression.of(codec).build(), new SimpleRecord(0, null, new byte[LIMIT]))
            .buffer();

    assertThatThrownBy(() -> batches.check(batch, RecordRules.ANY))
        .isInstanceOf(BatchTooLargeException.class);
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void whatWasDamagedOnTheWayMayBeSentAgain(CompressionType codec) {
    ByteBuffer batch = WrongBatches.of(codec, 2, WrongBatches.recordAndZeros(40));
    batch.put(17, (byte) (batch.get(17) + 1));

    assertThatThrownBy(() -> batches.check(batch, RecordRules.ANY))
        .isInstanceOf(CorruptBatchException.class);
  }
}

package io.millrace.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each implementation reads what the other writes. */
class KafkaCompatibilityTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void readsWhatKafkaBuilds(long seed) {
    List<SimpleRecord> records = new RandomRecords(seed).some(50);
    MemoryRecords kafka =
        MemoryRecords.withIdempotentRecords(
            RecordBatch.MAGIC_VALUE_V2,
            1000 + seed,
            Compression.NONE,
            77,
            (short) 3,
            Integer.MAX_VALUE - 10,
            9,
            records.toArray(new SimpleRecord[0]));

    RecordBatchView batch = new RecordBatchView();
    assertThat(batch.first(kafka.buffer())).isTrue();
    BatchChecks.checkProduced(batch);
    BatchChecks.checkRecords(batch);

    MutableRecordBatch expected = kafka.batches().iterator().next();
    assertThat(batch.baseOffset()).isEqualTo(1000 + seed);
    assertThat(batch.nextOffset()).isEqualTo(expected.nextOffset());
    assertThat(batch.leaderEpoch()).isEqualTo(9);
    assertThat(batch.producerId()).isEqualTo(77);
    assertThat(batch.producerEpoch()).isEqualTo((short) 3);
    assertThat(batch.baseSequence()).isEqualTo(expected.baseSequence());
    assertThat(batch.lastSequence()).isEqualTo(expected.lastSequence());
    assertThat(batch.maxTimestamp()).isEqualTo(expected.maxTimestamp());
    assertThat(batch.recordCount()).isEqualTo(records.size());
    assertThat(batch.crc()).isEqualTo(expected.checksum());
    assertSameRecords(batch, expected);
    assertThat(batch.next()).isFalse();
    assertThat(batch.trailingBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void kafkaReadsWhatTheBuilderBuilds(long seed) {
    List<SimpleRecord> records = new RandomRecords(seed).some(50);
    BatchBuilder builder =
        seed % 2 == 0 ? new BatchBuilder(100) : new BatchBuilder(4096, ByteBuffer::allocateDirect);
    HeaderBuffer headers = new HeaderBuffer();
    // Twice, so that what is left of the first use would be seen.
    for (int use = 0; use < 2; use++) {
      builder.reset();
      for (SimpleRecord record : records) {
        headers.clear();
        for (Header header : record.headers()) {
          headers.add(header.key().getBytes(StandardCharsets.UTF_8), header.value());
        }
        int keySize = record.key() == null ? -1 : record.key().remaining();
        int valueSize = record.value() == null ? -1 : record.value().remaining();
        long most = builder.sizeWith(keySize, valueSize, headers);
        builder.append(record.timestamp(), record.key(), record.value(), headers);
        assertThat((long) builder.sizeInBytes()).isLessThanOrEqualTo(most);
      }
    }
    builder.setProducer(5, (short) 1, 40).setBaseOffset(3).setLeaderEpoch(2).setTransactional(true);
    ByteBuffer bytes = builder.take();

    MutableRecordBatch kafka = MemoryRecords.readableRecords(bytes).batches().iterator().next();
    kafka.ensureValid();
    assertThat(kafka.sizeInBytes()).isEqualTo(bytes.remaining());
    assertThat(kafka.baseOffset()).isEqualTo(3);
    assertThat(kafka.lastOffset()).isEqualTo(2 + records.size());
    assertThat(kafka.producerId()).isEqualTo(5);
    assertThat(kafka.producerEpoch()).isEqualTo((short) 1);
    assertThat(kafka.baseSequence()).isEqualTo(40);
    assertThat(kafka.partitionLeaderEpoch()).isEqualTo(2);
    assertThat(kafka.isTransactional()).isTrue();
    assertThat(kafka.isControlBatch()).isFalse();
    List<SimpleRecord> read = new ArrayList<>();
    for (Record record : kafka) {
      record.ensureValid();
      read.add(new SimpleRecord(record));
    }
    assertThat(read).isEqualTo(records);
    assertThat(kafka.maxTimestamp())
        .isEqualTo(records.stream().mapToLong(SimpleRecord::timestamp).max().getAsLong());
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void readsTheHeaderWhateverTheCodec(CompressionType type) {
    MemoryRecords kafka =
        MemoryRecords.withRecords(
            0,
            Compression.of(type).build(),
            new RandomRecords(5).some(20).toArray(new SimpleRecord[0]));

    RecordBatchView batch = new RecordBatchView().wrap(kafka.buffer(), 0);

    BatchChecks.checkProduced(batch);
    assertThat(batch.codec().name()).isEqualTo(type.name());
    assertThat(batch.sizeInBytes()).isEqualTo(kafka.sizeInBytes());
  }

  @Test
  void kafkaReadsABatchThatWasChangedInPlace() {
    MemoryRecords kafka =
        MemoryRecords.withRecords(
            0,
            Compression.of(CompressionType.GZIP).build(),
            new RandomRecords(6).some(20).toArray(new SimpleRecord[0]));
    RecordBatchView batch = new RecordBatchView().wrap(kafka.buffer(), 0);

    batch.setBaseOffset(1L << 40);
    batch.setLeaderEpoch(12);
    batch.setProducer(9, (short) 2, 100);
    batch.setLogAppendTime(1_800_000_000_000L);

    MutableRecordBatch changed = kafka.batches().iterator().next();
    changed.ensureValid();
    assertThat(changed.baseOffset()).isEqualTo(1L << 40);
    assertThat(changed.partitionLeaderEpoch()).isEqualTo(12);
    assertThat(changed.producerId()).isEqualTo(9);
    assertThat(changed.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
    for (Record record : changed) {
      assertThat(record.timestamp()).isEqualTo(1_800_000_000_000L);
    }
  }

  private static void assertSameRecords(RecordBatchView batch, RecordBatch expected) {
    RecordIterator records = new RecordIterator().over(batch);
    HeaderView header = new HeaderView();
    for (Record kafka : expected) {
      assertThat(records.next()).isTrue();
      RecordView record = records.record();
      assertThat(record.offset()).isEqualTo(kafka.offset());
      assertThat(record.timestamp()).isEqualTo(kafka.timestamp());
      assertThat(record.sizeInBytes()).isEqualTo(kafka.sizeInBytes());
      assertThat(record.key()).isEqualTo(kafka.key());
      assertThat(record.value()).isEqualTo(kafka.value());
      assertThat(record.headerCount()).isEqualTo(kafka.headers().length);
      header.over(record);
      for (Header other : kafka.headers()) {
        assertThat(header.next()).isTrue();
        assertThat(header.key()).isEqualTo(other.key());
        assertThat(header.keyEquals(other.key().getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(header.value()).isEqualTo(RandomRecords.wrap(other.value()));
      }
      assertThat(header.next()).isFalse();
    }
    assertThat(records.next()).isFalse();
  }
}

package io.millrace.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka reads what is left of its batches. */
class BatchRewriterTest {
  private final BatchRewriter rewriter = new BatchRewriter();

  private static MemoryRecords batch(long seed) {
    return MemoryRecords.withIdempotentRecords(
        RecordBatch.MAGIC_VALUE_V2,
        1000 + seed,
        Compression.NONE,
        77,
        (short) 3,
        Integer.MAX_VALUE - 10,
        9,
        new RandomRecords(seed).some(50).toArray(new SimpleRecord[0]));
  }

  private static RecordBatch read(ByteBuffer bytes) {
    MutableRecordBatch batch = MemoryRecords.readableRecords(bytes).batches().iterator().next();
    batch.ensureValid();
    return batch;
  }

  private static void assertSameHeader(RecordBatch left, RecordBatch whole) {
    assertThat(left.baseOffset()).isEqualTo(whole.baseOffset());
    assertThat(left.lastOffset()).isEqualTo(whole.lastOffset());
    assertThat(left.partitionLeaderEpoch()).isEqualTo(whole.partitionLeaderEpoch());
    assertThat(left.producerId()).isEqualTo(whole.producerId());
    assertThat(left.producerEpoch()).isEqualTo(whole.producerEpoch());
    assertThat(left.baseSequence()).isEqualTo(whole.baseSequence());
    assertThat(left.lastSequence()).isEqualTo(whole.lastSequence());
    assertThat(left.timestampType()).isEqualTo(whole.timestampType());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsSomeRecordsAsTheyWere(long seed) {
    long horizonMs = seed % 2 == 0 ? 1_900_000_000_000L : BatchFormat.NO_TIMESTAMP;
    MemoryRecords whole = batch(seed);
    RecordBatchView view = new RecordBatchView().wrap(whole.buffer(), 0);
    if (seed > 4) {
      view.setLogAppendTime(1_800_000_000_000L);
    }
    RecordBatch expected = read(whole.buffer());
    List<Record> kept = new ArrayList<>();
    rewriter.begin(view, horizonMs);
    RecordIterator records = new RecordIterator().over(view);
    for (Record record : expected) {
      assertThat(records.next()).isTrue();
      if ((record.offset() * 31 + seed) % 3 == 0) {
        rewriter.keep(records.record());
        kept.add(record);
      }
    }
    RecordBatch left = read(rewriter.finish(Codec.NONE, rewriter.records()));

    assertSameHeader(left, expected);
    assertThat(left.deleteHorizonMs().orElse(-1)).isEqualTo(horizonMs);
    long greatest = kept.stream().mapToLong(Record::timestamp).max().orElse(-1);
    assertThat(left.maxTimestamp()).isEqualTo(greatest);
    List<Record> found = new ArrayList<>();
    left.forEach(found::add);
    assertThat(found).hasSameSizeAs(kept);
    for (int i = 0; i < kept.size(); i++) {
      assertThat(found.get(i).offset()).isEqualTo(kept.get(i).offset());
      assertThat(found.get(i).timestamp()).isEqualTo(kept.get(i).timestamp());
      assertThat(found.get(i).key()).isEqualTo(kept.get(i).key());
      assertThat(found.get(i).value()).isEqualTo(kept.get(i).value());
      assertThat(found.get(i).headers()).isEqualTo(kept.get(i).headers());
    }
  }

  @Test
  void keepsAHorizonThatWasThereBefore() {
    MemoryRecords whole = batch(5);
    RecordBatchView view = new RecordBatchView().wrap(whole.buffer(), 0);
    ByteBuffer bytes = whole.buffer();
    for (long horizonMs : new long[] {1_900_000_000_000L, BatchFormat.NO_TIMESTAMP}) {
      view.wrap(bytes, 0);
      rewriter.begin(view, horizonMs);
      RecordIterator records = new RecordIterator().over(view);
      while (records.next()) {
        rewriter.keep(records.record());
      }
      bytes = rewriter.finish(Codec.NONE, rewriter.records());
      assertThat(view.wrap(bytes, 0).deleteHorizonMs()).isEqualTo(1_900_000_000_000L);
    }
    List<Long> timestamps = new ArrayList<>();
    read(bytes).forEach(record -> timestamps.add(record.timestamp()));
    List<Long> expected = new ArrayList<>();
    read(batch(5).buffer()).forEach(record -> expected.add(record.timestamp()));
    assertThat(timestamps).isEqualTo(expected);
  }

  @Test
  void aBatchWithoutRecordsSaysWhatItsProducerHasSent() {
    MemoryRecords whole = batch(3);
    RecordBatchView view = new RecordBatchView().wrap(whole.buffer(), 0);
    rewriter.begin(view, 5);
    RecordBatch left = read(rewriter.finish(Codec.ZSTD, null));

    assertSameHeader(left, read(whole.buffer()));
    assertThat(left.iterator().hasNext()).isFalse();
    assertThat(left.isCompressed()).isFalse();
    assertThat(left.deleteHorizonMs()).isEmpty();

    RecordBatch placeholder = read(rewriter.placeholder(view));
    assertThat(placeholder.baseOffset()).isEqualTo(view.baseOffset());
    assertThat(placeholder.lastOffset()).isEqualTo(view.lastOffset());
    assertThat(placeholder.hasProducerId()).isFalse();
    assertThat(placeholder.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
  }
}

package io.millrace.server.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.BatchFormat;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class RecordRulesTest {
  private static final byte[] KEY = {1};

  private final ClientBatches batches = new ClientBatches(1 << 20);

  private static ByteBuffer batch(SimpleRecord... records) {
    return MemoryRecords.withRecords(Compression.NONE, records).buffer();
  }

  private static SimpleRecord at(long time) {
    return new SimpleRecord(time, KEY, KEY);
  }

  private static RefusedRecordsException refusal(ThrowingCallable check) {
    return org.assertj.core.api.Assertions.catchThrowableOfType(
        RefusedRecordsException.class, check);
  }

  @Test
  void takesTimesWithinTheBoundsAndRecordsWithoutATime() {
    RecordRules rules = new RecordRules(false, 100, 200);
    assertThatCode(() -> batches.check(batch(at(100), at(200), at(150)), rules))
        .doesNotThrowAnyException();
    assertThatCode(() -> batches.check(batch(at(-1)), rules)).doesNotThrowAnyException();
  }

  @Test
  void namesTheRecordsWhoseTimeIsOutOfBounds() {
    RecordRules rules = new RecordRules(false, 100, 200);
    RefusedRecordsException refused =
        refusal(() -> batches.check(batch(at(99), at(150), at(201)), rules));
    assertThat(refused.isUntimely()).isTrue();
    assertThat(refused.records()).extracting(each -> each.index()).containsExactly(0, 2);
    assertThat(refused.records().get(1).why()).contains("201").contains("100").contains("200");
  }

  @Test
  void namesTheRecordsWithoutAKey() {
    RefusedRecordsException refused =
        refusal(
            () ->
                batches.check(
                    batch(at(1), new SimpleRecord(1, KEY)),
                    new RecordRules(true, Long.MIN_VALUE, Long.MAX_VALUE)));
    assertThat(refused.isUntimely()).isFalse();
    assertThat(refused.records()).extracting(each -> each.index()).containsExactly(1);
  }

  @Test
  void namesAThousandRecordsAtMost() {
    SimpleRecord[] late =
        IntStream.range(0, 3000).mapToObj(i -> at(500)).toArray(SimpleRecord[]::new);
    assertThat(
            refusal(() -> batches.check(batch(late), new RecordRules(false, 100, 200))).records())
        .hasSize(1000);
  }

  @Test
  void refusesAHeaderThatSaysAnotherTimeThanRecordsMayHave() {
    ByteBuffer late = batch(at(150));
    late.putLong(late.position() + BatchFormat.MAX_TIMESTAMP, 201);
    RecordRules rules = new RecordRules(false, 100, 200);
    assertThat(refusal(() -> batches.check(late, rules)).isUntimely()).isTrue();

    ByteBuffer appended = batch(at(150));
    int at = appended.position() + BatchFormat.ATTRIBUTES;
    appended.putShort(at, (short) (appended.getShort(at) | BatchFormat.TIMESTAMP_TYPE_MASK));
    assertThat(refusal(() -> batches.check(appended, rules)).isUntimely()).isTrue();
  }

  @Test
  void refusesAnOffsetThatAProducerMadeUp() {
    ByteBuffer batch = batch(at(1));
    batch.putLong(batch.position(), 7);
    assertThatThrownBy(() -> batches.check(batch, RecordRules.ANY))
        .isInstanceOf(RefusedBatchException.class)
        .hasMessageContaining("7");
  }
}

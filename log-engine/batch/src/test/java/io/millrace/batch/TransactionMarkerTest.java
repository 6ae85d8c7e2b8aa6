package io.millrace.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Markers are written as KIP-98 says and read again. */
final class TransactionMarkerTest {
  private static final int COORDINATOR_EPOCH = 7;

  @Test
  void saysHowWhoseAndWhen() {
    for (boolean commit : new boolean[] {true, false}) {
      ByteBuffer bytes =
          TransactionMarker.batch(commit, 42, (short) 3, COORDINATOR_EPOCH, 1_000_000);
      RecordBatchView batch = new RecordBatchView().wrap(bytes, bytes.position());

      BatchChecks.checkProduced(batch);
      assertThat(batch.sizeInBytes()).isEqualTo(bytes.remaining());
      assertThat(TransactionMarker.is(batch)).isTrue();
      assertThat(TransactionMarker.isCommit(batch)).isEqualTo(commit);
      assertThat(batch.producerId()).isEqualTo(42);
      assertThat(batch.producerEpoch()).isEqualTo((short) 3);
      assertThat(batch.baseSequence()).isEqualTo(-1);
      assertThat(batch.maxTimestamp()).isEqualTo(1_000_000);
      assertThat(batch.recordCount()).isEqualTo(1);
    }
  }

  @Test
  void hasTheKeyAndTheValueOfKafka() {
    ByteBuffer bytes = TransactionMarker.batch(true, 42, (short) 3, COORDINATOR_EPOCH, 0);
    RecordBatchView batch = new RecordBatchView().wrap(bytes, bytes.position());
    RecordIterator records = new RecordIterator();
    records.over(batch);

    assertThat(records.next()).isTrue();
    assertThat(hex(records.record().key())).isEqualTo("00000001");
    assertThat(hex(records.record().value())).isEqualTo("000000000007");
    assertThat(records.record().headerCount()).isZero();
    assertThat(records.next()).isFalse();
  }

  private static String hex(@Nullable ByteBuffer bytes) {
    assertThat(bytes).isNotNull();
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }

  @Test
  void otherControlBatchesAreNoMarkers() {
    BatchBuilder builder = new BatchBuilder(128).setControl(true);
    builder.append(0, ByteBuffer.allocate(4), null);
    ByteBuffer bytes = builder.build();
    assertThat(TransactionMarker.is(new RecordBatchView().wrap(bytes, bytes.position()))).isFalse();
  }

  @Test
  void doesNotGuessAtOtherTypes() {
    assertThatThrownBy(() -> TransactionMarker.isCommit(controlBatch(new byte[] {0, 0, 0, 2})))
        .isInstanceOf(InvalidBatchException.class)
        .hasMessageContaining("type 2");
    assertThatThrownBy(() -> TransactionMarker.isCommit(controlBatch(new byte[] {0, 0})))
        .isInstanceOf(InvalidBatchException.class);
  }

  private static RecordBatchView controlBatch(byte[] key) {
    BatchBuilder builder =
        new BatchBuilder(128)
            .setProducer(42, (short) 3, -1)
            .setTransactional(true)
            .setControl(true);
    builder.append(0, ByteBuffer.wrap(key), null);
    ByteBuffer bytes = builder.build();
    return new RecordBatchView().wrap(bytes, bytes.position());
  }
}

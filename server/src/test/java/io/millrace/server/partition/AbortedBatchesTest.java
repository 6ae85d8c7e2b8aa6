package io.millrace.server.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.testing.TransactionWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbortedBatchesTest {
  private static final int FIRST = 1;
  private static final int SECOND = 2;

  private final AbortedBatches aborted =
      new AbortedBatches(
          List.of(
              new AbortedTransaction(FIRST, 30, 39),
              new AbortedTransaction(SECOND, 10, 45),
              new AbortedTransaction(FIRST, 10, 19)));

  @Test
  void holdsWhatLiesBetweenTheBeginningAndTheMarker() {
    assertThat(aborted.contains(batch(FIRST, 10))).isTrue();
    assertThat(aborted.contains(batch(FIRST, 18))).isTrue();
    assertThat(aborted.contains(batch(FIRST, 30))).isTrue();
    assertThat(aborted.contains(batch(SECOND, 44))).isTrue();
  }

  @Test
  void leavesOtherTransactionsOfTheProducerAlone() {
    assertThat(aborted.contains(batch(FIRST, 9))).isFalse();
    assertThat(aborted.contains(batch(FIRST, 20))).isFalse();
    assertThat(aborted.contains(batch(FIRST, 40))).isFalse();
  }

  @Test
  void leavesOtherProducersAlone() {
    assertThat(aborted.contains(batch(3, 15))).isFalse();
  }

  @Test
  void leavesWhatIsInNoTransactionAlone() {
    BatchBuilder plain = new BatchBuilder(100).setProducer(FIRST, (short) 0, 0);
    assertThat(aborted.contains(view(plain.setBaseOffset(15)))).isFalse();
  }

  @Test
  void holdsNoMarker() {
    ByteBuffer marker = TransactionMarker.batch(false, FIRST, (short) 0, 0, 0);
    RecordBatchView view = new RecordBatchView().wrap(marker, 0);
    view.setBaseOffset(19);
    assertThat(aborted.contains(view)).isFalse();
  }

  @Test
  void isNotMadeOfWhatWasDeletedMeanwhile() throws Exception {
    try (SteppedServer server = new SteppedServer(1)) {
      LogId id = server.createTopic(TopicSpec.queue("q")).partition(0);
      server.produce(id, "first");
      PartitionView view = server.view(id);
      TransactionWriter producer = new TransactionWriter(view, FIRST, server.agents().clock());
      producer.send("bad", "worse");
      producer.abort();
      server.settle();
      ByteBuffer batches;
      try (LogSlice slice = view.read(0, 10_000, 4).toCompletableFuture().join()) {
        batches = ByteBuffer.allocate(slice.sizeInBytes()).put(slice.bytes()).flip();
      }
      server.<Long>ask(reply -> server.broker().deleteRecords(id, 2, reply));

      assertThat(AbortedBatches.among(batches, 2, view.log()).contains(batch(FIRST, 1))).isTrue();
      assertThatThrownBy(() -> AbortedBatches.among(batches, 0, view.log()))
          .isInstanceOf(OffsetOutOfRangeException.class);
    }
  }

  private static RecordBatchView batch(int producer, long offset) {
    return view(
        new BatchBuilder(100)
            .setProducer(producer, (short) 0, 0)
            .setTransactional(true)
            .setBaseOffset(offset));
  }

  private static RecordBatchView view(BatchBuilder builder) {
    builder.append(0, null, ByteBuffer.allocate(1));
    return new RecordBatchView().wrap(builder.take(), 0);
  }
}

package io.millrace.log.local.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.RecordBatchView;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.contract.Batches;
import io.millrace.log.local.producer.ProducerTable;
import io.millrace.log.local.producer.TransactionTable;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class TransactionReplayTest {
  private static final long FROM = 10;

  private final TransactionTable table = new ProducerTable(1000).transactions();
  private final TransactionReplay replay = new TransactionReplay(table, FROM);

  private void find(long offset, ByteBuffer bytes) {
    RecordBatchView batch = new RecordBatchView().wrap(bytes, 0);
    batch.setBaseOffset(offset);
    replay.add(batch);
  }

  private void finish() {
    replay.finish();
    table.settle(100, 0);
  }

  @Test
  void takesBatchesInOrderOnce() {
    find(10, Batches.transactional(7, 0, 0, "a"));
    find(11, Batches.abort(7, 0));
    find(12, Batches.transactional(7, 0, 1, "b"));
    find(10, Batches.transactional(7, 0, 0, "a"));
    find(11, Batches.abort(7, 0));
    find(9, Batches.commit(7, 0));
    finish();

    assertThat(table.openedAt(7)).isEqualTo(12);
    assertThat(table.aborted(0, 100)).containsExactly(new AbortedTransaction(7, 10, 11));
  }

  @Test
  void whatLiesBehindAGapWaitsForWhatIsFoundOfItLater() {
    find(10, Batches.transactional(7, 0, 0, "a"));
    // The segments go on here; the journal has what lies between.
    find(20, Batches.transactional(7, 0, 1, "c"));
    find(21, Batches.abort(8, 0));
    find(10, Batches.transactional(7, 0, 0, "a"));
    find(11, Batches.abort(7, 0));
    find(12, Batches.transactional(8, 0, 0, "b"));
    find(20, Batches.transactional(7, 0, 1, "c"));
    finish();

    assertThat(table.openedAt(7)).isEqualTo(20);
    assertThat(table.openedAt(8)).isEqualTo(-1);
    assertThat(table.aborted(0, 100))
        .containsExactly(new AbortedTransaction(7, 10, 11), new AbortedTransaction(8, 12, 21));
  }

  @Test
  void whatIsNoMarkerEndsNothing() {
    find(10, Batches.transactional(7, 0, 0, "a"));
    BatchBuilder builder = new BatchBuilder(128).setTransactional(true).setControl(true);
    builder.append(1, ByteBuffer.wrap(new byte[] {0, 0, 0, 9}), null);
    find(11, builder.setProducer(7, (short) 0, -1).take());
    finish();

    assertThat(table.openedAt(7)).isEqualTo(10);
  }
}

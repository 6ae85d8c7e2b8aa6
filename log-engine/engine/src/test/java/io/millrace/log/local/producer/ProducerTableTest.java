package io.millrace.log.local.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.ProducerState;
import io.millrace.log.StaleProducerException;
import io.millrace.log.contract.Batches;
import io.millrace.log.local.format.ProducerSnapshot;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProducerTableTest {
  private static final long EXPIRY_MS = 1000;
  private static final int BATCHES = 40;
  private static final long FIRST = 1_000_000;

  /** As many producers as one log remembers. */
  private static final int MANY = 65_536;

  private final ProducerTable table = new ProducerTable(EXPIRY_MS);

  private static RecordBatchView batch(int sequence) {
    ByteBuffer bytes = Batches.from(7, 0, sequence, "x");
    RecordBatchView view = new RecordBatchView().wrap(bytes, 0);
    view.setBaseOffset(sequence);
    return view;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 20, 39, 40})
  void knowsExactlyWhatItKnewAtAnyOffsetThatIsNotWrittenYet(int written) {
    for (int i = 0; i < BATCHES; i++) {
      table.add(batch(i), 0, Math.min(i, written));
    }
    for (int end = written; end <= BATCHES; end++) {
      List<ProducerSnapshot> snapshots = table.snapshot(end, 0);
      assertThat(snapshots).hasSize(1);
      assertThat(snapshots.get(0).lastSequence()).isEqualTo(end - 1);
      assertThat(snapshots.get(0).batches()).hasSize(Math.min(end, Producer.WINDOW));

      // A crash takes what was not written: the producer sends it again, and it is taken.
      ProducerTable restored = new ProducerTable(EXPIRY_MS);
      restored.restore(snapshots);
      if (end < BATCHES) {
        assertThat(restored.check(batch(end), 0)).isEqualTo(ProducerTable.NEXT);
      }
      if (end > 0) {
        assertThat(restored.check(batch(end - 1), 0)).isEqualTo(end - 1);
      }
    }
  }

  @Test
  void remembersNoMoreThanTheWindowOfWhatIsWritten() {
    for (int i = 0; i < BATCHES; i++) {
      table.add(batch(i), 0, i);
    }
    assertThat(table.snapshot(BATCHES, 0).get(0).batches()).hasSize(Producer.WINDOW);
    assertThat(table.check(batch(BATCHES - Producer.WINDOW - 1), 0))
        .isEqualTo(ProducerTable.FORGOTTEN_DUPLICATE);
  }

  private static RecordBatchView view(ByteBuffer bytes, long offset) {
    RecordBatchView view = new RecordBatchView().wrap(bytes, 0);
    view.setBaseOffset(offset);
    return view;
  }

  private void add(ByteBuffer bytes, long offset, long nowMs) {
    RecordBatchView batch = view(bytes, offset);
    table.add(batch, nowMs, 0);
    if (batch.isTransactional()) {
      table.transactions().add(batch);
    }
  }

  @Test
  void aMarkerOfAnUnknownProducerFencesWhatComesLate() {
    add(Batches.abort(7, 3), 0, 0);

    assertThatThrownBy(() -> table.check(view(Batches.transactional(7, 2, 0, "late"), 1), 0))
        .isInstanceOf(StaleProducerException.class);
    assertThatThrownBy(() -> table.check(view(Batches.commit(7, 2), 1), 0))
        .isInstanceOf(StaleProducerException.class);
    assertThat(table.check(view(Batches.transactional(7, 3, 0, "next"), 1), 0))
        .isEqualTo(ProducerTable.NEXT);
  }

  @Test
  void aMarkerWithTheSameEpochLeavesTheSequenceAlone() {
    add(Batches.transactional(7, 3, 0, "a", "b"), 0, 0);
    add(Batches.commit(7, 3), 2, 0);

    assertThat(table.check(view(Batches.transactional(7, 3, 2, "c"), 3), 0))
        .isEqualTo(ProducerTable.NEXT);
    assertThat(table.check(view(Batches.transactional(7, 3, 0, "a", "b"), 3), 0)).isZero();
  }

  @Test
  void aBatchThatIsFoundBehindItsMarkerGivesTheSequence() {
    add(Batches.commit(7, 3), 5, 0);
    table.addEarlier(view(Batches.transactional(7, 3, 0, "a"), 4), 0);

    assertThat(table.states()).extracting(ProducerState::lastSequence).containsExactly(0);
    assertThat(table.check(view(Batches.transactional(7, 3, 1, "b"), 6), 0))
        .isEqualTo(ProducerTable.NEXT);
    assertThat(table.check(view(Batches.transactional(7, 3, 0, "a"), 6), 0)).isEqualTo(4);
  }

  @Test
  void aProducerIsKeptWhileItHasATransactionOpen() {
    add(Batches.transactional(7, 3, 0, "a"), 0, 0);
    add(Batches.from(8, 3, 0, "a"), 1, 0);
    long later = 2 * EXPIRY_MS;

    assertThat(table.snapshot(2, later))
        .extracting(ProducerSnapshot::producerId)
        .containsExactly(7L);
    assertThatThrownBy(() -> table.check(view(Batches.transactional(7, 2, 1, "late"), 2), later))
        .isInstanceOf(StaleProducerException.class);
    assertThat(table.states())
        .extracting(ProducerState::transactionStartOffset)
        .containsExactly(0L);

    add(Batches.commit(7, 3), 2, 0);
    assertThat(table.snapshot(3, later)).isEmpty();
  }

  @Test
  void theLongestSilentProducerWithoutATransactionMakesRoom() {
    add(Batches.transactional(FIRST, 0, 0, "a"), 0, 0);
    for (int i = 1; i <= MANY; i++) {
      add(Batches.from(FIRST + i, 0, 0, "a"), i, 0);
    }

    assertThat(table.states())
        .extracting(ProducerState::producerId)
        .hasSize(MANY)
        .contains(FIRST, FIRST + 2)
        .doesNotContain(FIRST + 1);
  }
}

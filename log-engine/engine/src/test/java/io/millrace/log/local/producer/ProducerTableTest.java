package io.millrace.log.local.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.RecordBatchView;
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
}

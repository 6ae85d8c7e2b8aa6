package io.millrace.log.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.BatchBuilder;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.CorruptBatchException;
import io.millrace.log.Durability;
import io.millrace.log.InvalidTransactionException;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.ProducerState;
import io.millrace.log.StaleProducerException;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.RecordingListener;
import io.millrace.log.file.MemoryFileSystem;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log knows of its producers' transactions, live and behind restarts and crashes. */
class TransactionsTest {
  private static final LogId ID = new LogId(new UUID(1, 2), 3);
  private static final long CHECKPOINT_MS = 5000;

  /** How a life of the store ends. */
  enum End {
    CLOSED,
    KILLED,
    POWER_LOST,
    CHECKPOINTED_AND_KILLED
  }

  private final SteppedStore harness =
      new SteppedStore(new MemoryFileSystem(), LocalStoreConfig.small(), 7);
  private Log log = open(Durability.FSYNC);

  @AfterEach
  void close() {
    harness.close();
  }

  private Log open(Durability durability) {
    LogConfig config = LogConfig.DEFAULT.withDurability(durability);
    return harness.await(harness.store().open(ID, config, new RecordingListener()));
  }

  private void begin(End end) {
    switch (end) {
      case CLOSED -> harness.restart();
      case KILLED -> harness.kill();
      case POWER_LOST -> harness.crash(5);
      case CHECKPOINTED_AND_KILLED -> {
        harness.pass(CHECKPOINT_MS);
        harness.kill();
      }
    }
    log = open(Durability.FSYNC);
  }

  private AppendResult append(ByteBuffer... batches) {
    return log.append(Batches.together(batches), AppendOptions.CLIENT);
  }

  private AppendResult appendDurably(ByteBuffer... batches) {
    AppendResult result = append(batches);
    harness.settle();
    assertThat(log.durableOffset()).isEqualTo(log.endOffset());
    return result;
  }

  @Test
  void withoutTransactionsEverythingDurableIsStable() {
    append(Batches.of(1, "a"));
    assertThat(log.stableOffset()).isZero();
    appendDurably(Batches.from(7, 0, 0, "b"));
    assertThat(log.stableOffset()).isEqualTo(2);
    assertThat(log.abortedTransactions(0, 2)).isEmpty();
  }

  @Test
  void anOpenTransactionHoldsTheStableOffsetUntilItsMarkerIsDurable() {
    appendDurably(Batches.of(1, "a"));
    appendDurably(Batches.transactional(7, 0, 0, "b"), Batches.of(1, "c"));
    assertThat(log.durableOffset()).isEqualTo(3);
    assertThat(log.stableOffset()).isEqualTo(1);
    assertThat(log.openTransaction(7)).isEqualTo(1);
    assertThat(log.hasTransaction(7, (short) 0)).isTrue();
    assertThat(log.hasTransaction(7, (short) 1)).as("in another epoch").isFalse();
    assertThat(log.hasTransaction(8, (short) 0)).as("of another producer").isFalse();
    assertThat(log.producers())
        .extracting(ProducerState::transactionStartOffset)
        .containsExactly(1L);

    append(Batches.commit(7, 0));
    assertThat(log.openTransaction(7)).isEqualTo(-1);
    assertThat(log.stableOffset()).isEqualTo(1);
    harness.settle();
    assertThat(log.stableOffset()).isEqualTo(4);
    assertThat(log.abortedTransactions(0, 4)).isEmpty();
  }

  @Test
  void inMemoryATransactionIsDecidedWhenItsMarkerIsOnTheDisk() {
    log = open(Durability.MEMORY);
    append(Batches.transactional(7, 0, 0, "a"));
    append(Batches.of(1, "b"));
    assertThat(log.durableOffset()).isEqualTo(2);
    assertThat(log.stableOffset()).isZero();
    append(Batches.abort(7, 0));
    append(Batches.of(1, "behind"));
    assertThat(log.durableOffset()).isEqualTo(2);
    harness.settle();
    assertThat(log.stableOffset()).isEqualTo(4);
    assertThat(log.abortedTransactions(0, 4)).containsExactly(new AbortedTransaction(7, 0, 2));
    append(Batches.of(1, "at once again"));
    assertThat(log.durableOffset()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(
      value = Durability.class,
      names = {"OS", "MEMORY"})
  void aMarkerAndTheRecordsBeforeItOutliveALossOfPower(Durability durability) {
    log = open(durability);
    append(Batches.transactional(7, 0, 0, "a"));
    appendDurably(Batches.of(1, "b"));
    appendDurably(Batches.commit(7, 0));
    append(Batches.of(1, "not synced"));

    begin(End.POWER_LOST);

    assertThat(log.stableOffset()).isBetween(3L, 4L).isEqualTo(log.durableOffset());
    assertThat(log.abortedTransactions(0, 3)).isEmpty();
    assertThat(log.openTransaction(7)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void openAndAbortedTransactionsAreKnownInTheNextLife(End end) {
    appendDurably(Batches.transactional(7, 0, 0, "a"));
    appendDurably(Batches.transactional(8, 0, 0, "b"));
    appendDurably(Batches.abort(7, 0));
    appendDurably(Batches.transactional(9, 0, 0, "c"), Batches.commit(9, 0));
    for (int life = 0; life < 3; life++) {
      begin(end);
      assertThat(log.openTransaction(7)).isEqualTo(-1);
      assertThat(log.openTransaction(8)).isEqualTo(1);
      assertThat(log.stableOffset()).isEqualTo(1);
      assertThat(log.abortedTransactions(0, 1)).containsExactly(new AbortedTransaction(7, 0, 2));
    }

    appendDurably(Batches.abort(8, 1));
    begin(end);
    assertThat(log.stableOffset()).isEqualTo(6);
    assertThat(log.abortedTransactions(1, 6))
        .containsExactly(new AbortedTransaction(7, 0, 2), new AbortedTransaction(8, 1, 5));
    assertThatThrownBy(() -> append(Batches.transactional(8, 0, 1, "late")))
        .isInstanceOf(StaleProducerException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTransactionWhoseMarkerIsLostIsOpenAgain(boolean checkpointed) {
    appendDurably(Batches.transactional(7, 0, 0, "a"));
    if (checkpointed) {
      harness.pass(CHECKPOINT_MS);
    }
    append(Batches.abort(7, 1));
    begin(End.POWER_LOST);

    assertThat(log.endOffset()).isEqualTo(1);
    assertThat(log.openTransaction(7)).isZero();
    assertThat(log.stableOffset()).isZero();
    appendDurably(Batches.abort(7, 1));
    assertThat(log.stableOffset()).isEqualTo(2);
    assertThat(log.abortedTransactions(0, 2)).containsExactly(new AbortedTransaction(7, 0, 1));
  }

  @Test
  void aMarkerWithAHigherEpochRefusesWhatComesLate() {
    append(Batches.transactional(7, 4, 0, "a"));
    append(Batches.commit(7, 5));

    assertThatThrownBy(() -> append(Batches.transactional(7, 4, 1, "late")))
        .isInstanceOf(StaleProducerException.class);
    assertThatThrownBy(() -> append(Batches.abort(7, 4)))
        .isInstanceOf(StaleProducerException.class);
    assertThat(log.openTransaction(7)).isEqualTo(-1);
    assertThat(append(Batches.transactional(7, 5, 0, "b")).baseOffset()).isEqualTo(2);
    assertThat(log.openTransaction(7)).isEqualTo(2);
  }

  @Test
  void aDuplicateOpensNothing() {
    append(Batches.transactional(7, 4, 0, "a"));
    append(Batches.commit(7, 4));

    AppendResult again = append(Batches.transactional(7, 4, 0, "a"));
    assertThat(again.duplicate()).isTrue();
    assertThat(again.baseOffset()).isZero();
    assertThat(log.openTransaction(7)).isEqualTo(-1);
    assertThat(append(Batches.transactional(7, 4, 1, "b")).duplicate()).isFalse();
  }

  @Test
  void aProducerSendsNothingOutsideOfItsOpenTransaction() {
    append(Batches.transactional(7, 0, 0, "a"));
    assertThatThrownBy(() -> append(Batches.from(7, 0, 1, "b")))
        .isInstanceOf(InvalidTransactionException.class)
        .hasMessageContaining("commit or abort");
    assertThatThrownBy(
            () -> append(Batches.transactional(8, 0, 0, "c"), Batches.from(8, 0, 1, "d")))
        .isInstanceOf(InvalidTransactionException.class);
    assertThat(log.endOffset()).isEqualTo(1);

    append(Batches.commit(7, 0));
    assertThat(append(Batches.from(7, 0, 1, "b")).baseOffset()).isEqualTo(2);
  }

  @Test
  void takesMarkersAmongOthersInOneAppendOrNothing() {
    AppendResult result =
        appendDurably(
            Batches.transactional(7, 0, 0, "a"),
            Batches.transactional(8, 0, 0, "b"),
            Batches.transactional(7, 0, 1, "c"),
            Batches.abort(7, 1),
            Batches.transactional(7, 1, 0, "d"),
            Batches.commit(8, 0),
            Batches.from(8, 0, 1, "e"));
    assertThat(result.nextOffset()).isEqualTo(7);
    assertThat(log.abortedTransactions(0, 7)).containsExactly(new AbortedTransaction(7, 0, 3));
    assertThat(log.openTransaction(7)).isEqualTo(4);
    assertThat(log.stableOffset()).isEqualTo(4);

    assertThatThrownBy(() -> append(Batches.commit(7, 2), Batches.transactional(7, 1, 1, "late")))
        .isInstanceOf(StaleProducerException.class);
    assertThatThrownBy(() -> append(Batches.commit(7, 2), Batches.transactional(7, 2, 1, "gap")))
        .isInstanceOf(OutOfOrderSequenceException.class);
    assertThatThrownBy(() -> append(Batches.from(8, 0, 2, "f"), Batches.from(8, 0, 2, "f")))
        .isInstanceOf(OutOfOrderSequenceException.class);
    assertThat(log.endOffset()).isEqualTo(7);
    assertThat(log.openTransaction(7)).isEqualTo(4);
    assertThat(append(Batches.transactional(7, 1, 1, "g")).baseOffset()).isEqualTo(7);
  }

  @Test
  void refusesAMarkerThatCannotBeRead() {
    append(Batches.transactional(7, 0, 0, "a"));
    BatchBuilder builder = new BatchBuilder(128).setTransactional(true).setControl(true);
    builder.append(1, ByteBuffer.wrap(new byte[] {0, 0, 0, 9}), null);
    ByteBuffer unknown = builder.setProducer(7, (short) 0, -1).take();

    assertThatThrownBy(() -> append(unknown)).isInstanceOf(CorruptBatchException.class);
    assertThat(log.openTransaction(7)).isZero();
    assertThat(log.endOffset()).isEqualTo(1);
  }

  @Test
  void whatIsDeletedIsStableAndForgotten() {
    appendDurably(Batches.transactional(7, 0, 0, "a"), Batches.abort(7, 0));
    appendDurably(Batches.transactional(8, 0, 0, "b"), Batches.of(1, "c"));
    assertThat(log.stableOffset()).isEqualTo(2);

    harness.await(log.deleteBefore(3));
    assertThat(log.stableOffset()).isEqualTo(3);
    begin(End.CHECKPOINTED_AND_KILLED);
    assertThat(log.startOffset()).isEqualTo(3);
    assertThat(log.stableOffset()).isEqualTo(3);
    assertThat(log.openTransaction(8)).isEqualTo(2);
    assertThat(log.abortedTransactions(0, 4)).isEmpty();

    appendDurably(Batches.abort(8, 0));
    assertThat(log.stableOffset()).isEqualTo(5);
    assertThat(log.abortedTransactions(3, 5)).containsExactly(new AbortedTransaction(8, 2, 4));
  }
}

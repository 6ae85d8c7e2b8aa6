package io.millrace.log.local.recovery;

import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.local.producer.ProducerTable;
import io.millrace.log.local.producer.TransactionTable;
import java.util.TreeMap;

/**
 * Tells a log's transactions of the batches that recovery finds, in the order of their offsets. One
 * thread.
 *
 * <p>Batches are found in that order, but for one case: where deleted records are missing from the
 * segments, what lies behind the gap is found before what the journal has of the gap. So from the
 * first gap on batches wait until all is found.
 */
final class TransactionReplay {

  /** What a transactional batch does; {@code lastOffset} is where a marker ends something. */
  private record Step(long producerId, boolean marker, boolean commit, long lastOffset) {}

  private final TransactionTable transactions;
  private final TreeMap<Long, Step> waiting = new TreeMap<>();

  /** The table knows all batches below. */
  private long nextOffset;

  /** Whether a batch was found before those at {@link #nextOffset}. */
  private boolean gap;

  /**
   * @param endOffset up to which the table knows everything
   */
  TransactionReplay(TransactionTable transactions, long endOffset) {
    this.transactions = transactions;
    this.nextOffset = endOffset;
  }

  /** Takes a batch that was found; one that was found before changes nothing. */
  void add(RecordBatchView batch) {
    if (batch.baseOffset() < nextOffset) {
      return;
    }
    gap |= batch.baseOffset() > nextOffset;
    if (!gap) {
      nextOffset = batch.nextOffset();
    }
    if (!isStep(batch)) {
      return;
    }
    if (gap) {
      waiting.put(batch.baseOffset(), stepOf(batch));
    } else {
      transactions.add(batch);
    }
  }

  /** All is found. */
  void finish() {
    waiting.forEach(
        (offset, step) -> {
          if (step.marker) {
            transactions.end(step.producerId, step.lastOffset, !step.commit);
          } else {
            transactions.begin(step.producerId, offset);
          }
        });
    waiting.clear();
  }

  private static Step stepOf(RecordBatchView batch) {
    boolean marker = TransactionMarker.is(batch);
    return new Step(
        batch.producerId(),
        marker,
        marker && TransactionMarker.isCommit(batch),
        batch.lastOffset());
  }

  /** Whether a batch begins, goes on with or ends a transaction. */
  private static boolean isStep(RecordBatchView batch) {
    return ProducerTable.isTracked(batch) && batch.isTransactional() && isSound(batch);
  }

  /** What is no marker was never taken for one: it was appended without a look at its producer. */
  private static boolean isSound(RecordBatchView batch) {
    if (!batch.isControl()) {
      return true;
    }
    try {
      TransactionMarker.isCommit(batch);
      return true;
    } catch (InvalidBatchException e) {
      return false;
    }
  }
}

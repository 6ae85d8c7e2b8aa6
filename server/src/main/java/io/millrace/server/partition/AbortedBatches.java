package io.millrace.server.partition;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.Log;
import io.millrace.log.OffsetOutOfRangeException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Says which batches of a range belong to aborted transactions. The transactions of one producer do
 * not overlap, so that a batch belongs to the last one that began at or before it, if to any.
 * Immutable; any thread.
 */
public final class AbortedBatches {
  /** Where nothing was aborted. */
  public static final AbortedBatches NONE = new AbortedBatches(List.of());

  /** By producer id: the last offset of each transaction by its first. */
  private final Map<Long, NavigableMap<Long, Long>> transactions = new HashMap<>();

  /**
   * Those of some transactions.
   *
   * @param aborted all that have records in the range
   */
  AbortedBatches(List<AbortedTransaction> aborted) {
    for (AbortedTransaction transaction : aborted) {
      transactions
          .computeIfAbsent(transaction.producerId(), id -> new TreeMap<>())
          .put(transaction.firstOffset(), transaction.lastOffset());
    }
  }

  /**
   * Those among batches that were read from a log, all below its last stable offset.
   *
   * @param offset from where was read
   * @throws io.millrace.batch.InvalidBatchException there is something else among them
   * @throws OffsetOutOfRangeException some were deleted meanwhile, and perhaps what was aborted of
   *     them is forgotten already
   */
  public static AbortedBatches among(ByteBuffer batches, long offset, Log log) {
    RecordBatchView batch = new RecordBatchView();
    long first = -1;
    long end = -1;
    for (boolean found = batch.first(batches); found; found = batch.next()) {
      if (batch.isTransactional() && !batch.isControl()) {
        first = first < 0 ? batch.baseOffset() : first;
        end = batch.nextOffset();
      }
    }
    if (first < 0) {
      return NONE;
    }
    AbortedBatches aborted = new AbortedBatches(log.abortedTransactions(first, end));
    if (log.startOffset() > offset) {
      throw new OffsetOutOfRangeException(
          "log " + log.id() + " begins at " + log.startOffset() + " by now, behind " + offset);
    }
    return aborted;
  }

  /** Whether a batch of the range belongs to an aborted transaction: its records do not count. */
  public boolean contains(RecordBatchView batch) {
    if (!batch.isTransactional() || batch.isControl()) {
      return false;
    }
    NavigableMap<Long, Long> ofProducer = transactions.get(batch.producerId());
    Map.Entry<Long, Long> last =
        ofProducer == null ? null : ofProducer.floorEntry(batch.baseOffset());
    return last != null && batch.baseOffset() <= last.getValue();
  }
}

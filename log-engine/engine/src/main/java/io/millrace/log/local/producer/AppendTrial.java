package io.millrace.log.local.producer;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.OutOfOrderSequenceException;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks the batches of one append, where later ones go on where earlier ones end, before any is
 * taken: on a copy of what is known of their producers. Guarded by the log.
 */
public final class AppendTrial {
  private final ProducerTable table;
  private final ProducerTable copy;
  private final long nowMs;
  private final Set<Long> copied = new HashSet<>();

  public AppendTrial(ProducerTable table, long nowMs) {
    this.table = table;
    this.copy = new ProducerTable(Long.MAX_VALUE);
    this.nowMs = nowMs;
  }

  /**
   * Looks at the next batch that {@link ProducerTable#isTracked}.
   *
   * @return as {@link ProducerTable#check}, which also says what is thrown; a duplicate is one of a
   *     batch appended before
   */
  public long check(RecordBatchView batch) {
    boolean first = copied.add(batch.producerId());
    if (first) {
      copy.copy(batch.producerId(), table, nowMs);
    }
    long verdict = copy.check(batch, nowMs);
    if (verdict == ProducerTable.NEXT) {
      copy.add(batch, nowMs, 0);
      if (batch.isTransactional()) {
        copy.transactions().add(batch);
      }
    } else if (!first) {
      throw new OutOfOrderSequenceException(
          "producer "
              + batch.producerId()
              + " sent sequence "
              + batch.baseSequence()
              + " behind a later one within one append");
    }
    return verdict;
  }
}

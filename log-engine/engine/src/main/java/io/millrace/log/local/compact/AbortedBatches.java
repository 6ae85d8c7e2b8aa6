package io.millrace.log.local.compact;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.AbortedTransaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells the batches of aborted transactions from others. Immutable. */
final class AbortedBatches {
  private final Map<Long, TreeMap<Long, AbortedTransaction>> byProducerAndMarker = new HashMap<>();

  AbortedBatches(List<AbortedTransaction> all) {
    for (AbortedTransaction it : all) {
      byProducerAndMarker
          .computeIfAbsent(it.producerId(), id -> new TreeMap<>())
          .put(it.lastOffset(), it);
    }
  }

  /** Whether a batch with data belongs to an aborted transaction. */
  boolean has(RecordBatchView batch) {
    if (!batch.isTransactional()) {
      return false;
    }
    TreeMap<Long, AbortedTransaction> ended = byProducerAndMarker.get(batch.producerId());
    if (ended == null) {
      return false;
    }
    var next = ended.ceilingEntry(batch.baseOffset());
    return next != null && next.getValue().firstOffset() <= batch.baseOffset();
  }

  /** The aborted transaction that a marker has ended; null when there is none. */
  @Nullable AbortedTransaction endedBy(RecordBatchView marker) {
    TreeMap<Long, AbortedTransaction> ended = byProducerAndMarker.get(marker.producerId());
    return ended == null ? null : ended.get(marker.lastOffset());
  }
}

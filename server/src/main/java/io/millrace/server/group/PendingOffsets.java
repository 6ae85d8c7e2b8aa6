package io.millrace.server.group;

import io.millrace.log.LogId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of one group that transactions under way are to commit (KIP-98). A transaction has
 * one offset for a partition, its newest. The thread of the group's shard; changed by replay only.
 *
 * <p><b>Of several offsets for a partition the one that was written last counts</b>, as in Kafka,
 * where the order of the records in the offsets topic decides: an offset that is written after a
 * pending one, be it an ordinary commit or the pending one of a transaction that ends sooner, stays
 * when the first transaction commits at last. Otherwise a group that went on to read without the
 * transaction would be thrown back. What can no longer count is marked as <i>superseded</i> and
 * goes on to make its partition unstable until its transaction ends.
 */
final class PendingOffsets {
  private static final int OFFSETS_PER_RECORD = 1000;

  /** What is pending, by partition and producer. No map in it is empty. */
  private final Map<LogId, Map<Long, Pending>> byPartition = new HashMap<>();

  /** The same, by producer. None is without partitions. */
  private final Map<Long, Transaction> byProducer = new HashMap<>();

  /** Counts what was written. */
  private long written;

  /**
   * One offset of one transaction.
   *
   * @param order grows with each that is written
   * @param superseded whether something later counts already
   */
  private record Pending(
      long order,
      long producerId,
      short producerEpoch,
      LogId partition,
      CommittedOffset offset,
      boolean superseded) {

    Pending asSuperseded() {
      return new Pending(order, producerId, producerEpoch, partition, offset, true);
    }
  }

  private record Transaction(short producerEpoch, Set<LogId> partitions) {}

  boolean isEmpty() {
    return byPartition.isEmpty();
  }

  /** Whether a transaction under way has an offset for this partition. */
  boolean contains(LogId partition) {
    return byPartition.containsKey(partition);
  }

  Set<LogId> partitions() {
    return Collections.unmodifiableSet(byPartition.keySet());
  }

  /** Whether something of the producer is pending that a marker of this epoch ends. */
  boolean isEndedBy(long producerId, short producerEpoch) {
    Transaction transaction = byProducer.get(producerId);
    return transaction != null && transaction.producerEpoch <= producerEpoch;
  }

  /** Whether something of a newer epoch of the producer is pending, so that this one is fenced. */
  boolean fences(long producerId, short producerEpoch) {
    Transaction transaction = byProducer.get(producerId);
    return transaction != null && transaction.producerEpoch > producerEpoch;
  }

  // ---- replay

  /** Adds to the producer's transaction; a newer epoch than before means another transaction. */
  void add(OffsetsPendingRecord record) {
    long producerId = record.producerId();
    short epoch = record.producerEpoch();
    Transaction before = byProducer.get(producerId);
    if (before != null && before.producerEpoch != epoch) {
      List.copyOf(before.partitions).forEach(partition -> take(producerId, partition));
    }
    record
        .offsets()
        .forEach(
            (partition, offset) -> {
              Pending added = new Pending(written++, producerId, epoch, partition, offset, false);
              byPartition.computeIfAbsent(partition, key -> new HashMap<>()).put(producerId, added);
              byProducer
                  .computeIfAbsent(producerId, key -> new Transaction(epoch, new LinkedHashSet<>()))
                  .partitions
                  .add(partition);
            });
  }

  /** An ordinary commit: whatever is pending for the partition was written before. */
  void supersede(LogId partition) {
    supersedeBefore(partition, written);
  }

  private void supersedeBefore(LogId partition, long order) {
    Map<Long, Pending> pending = byPartition.get(partition);
    if (pending != null) {
      pending.replaceAll((id, each) -> each.order < order ? each.asSuperseded() : each);
    }
  }

  /** Ends a transaction, unless it is newer than the marker. Gives the offsets that count now. */
  Map<LogId, CommittedOffset> end(PendingOffsetsEndedRecord record) {
    Map<LogId, CommittedOffset> counting = new LinkedHashMap<>();
    Transaction transaction = byProducer.get(record.producerId());
    if (transaction == null || !isEndedBy(record.producerId(), record.producerEpoch())) {
      return counting;
    }
    for (LogId partition : List.copyOf(transaction.partitions)) {
      Pending ended = take(record.producerId(), partition);
      if (ended != null && record.committed() && !ended.superseded) {
        counting.put(partition, ended.offset);
        supersedeBefore(partition, ended.order);
      }
    }
    return counting;
  }

  /** Forgets what is pending for a partition, whosever it is. */
  void remove(LogId partition) {
    Map<Long, Pending> pending = byPartition.get(partition);
    if (pending != null) {
      List.copyOf(pending.keySet()).forEach(producerId -> take(producerId, partition));
    }
  }

  private @Nullable Pending take(long producerId, LogId partition) {
    Map<Long, Pending> pending = byPartition.get(partition);
    Pending taken = pending == null ? null : pending.remove(producerId);
    if (pending != null && pending.isEmpty()) {
      byPartition.remove(partition);
    }
    Transaction transaction = byProducer.get(producerId);
    if (transaction != null) {
      transaction.partitions.remove(partition);
      if (transaction.partitions.isEmpty()) {
        byProducer.remove(producerId);
      }
    }
    return taken;
  }

  // ---- snapshot

  /**
   * The superseded offsets, or the others, as records in the order in which they were written.
   * Replaying first the superseded ones, then the committed offsets, which supersede them, then the
   * others gives the same state again.
   */
  List<OffsetsPendingRecord> records(String groupId, boolean superseded) {
    List<Pending> wanted = new ArrayList<>();
    byPartition
        .values()
        .forEach(
            pending ->
                pending.values().stream()
                    .filter(each -> each.superseded == superseded)
                    .forEach(wanted::add));
    wanted.sort(Comparator.comparingLong(Pending::order));
    List<OffsetsPendingRecord> records = new ArrayList<>();
    int at = 0;
    while (at < wanted.size()) {
      Pending first = wanted.get(at);
      Map<LogId, CommittedOffset> offsets = new LinkedHashMap<>();
      while (at < wanted.size()
          && wanted.get(at).producerId == first.producerId
          && offsets.size() < OFFSETS_PER_RECORD) {
        offsets.put(wanted.get(at).partition, wanted.get(at).offset);
        at++;
      }
      records.add(
          new OffsetsPendingRecord(groupId, first.producerId, first.producerEpoch, offsets));
    }
    return records;
  }
}

package io.millrace.log.local.producer;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.Sequences;
import io.millrace.log.InvalidTransactionException;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.ProducerState;
import io.millrace.log.StaleProducerException;
import io.millrace.log.local.format.ProducerSnapshot;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The idempotent producers of one log (KIP-98): says whether a batch is the next one, a duplicate
 * or a mistake. Bounded by number and by age; who has an open transaction is kept until it ends.
 * Guarded by the log.
 */
public final class ProducerTable {
  /** {@link #check}: the batch is the next one. */
  public static final long NEXT = -2;

  /** {@link #check}: the batch was appended before, at an offset that is forgotten. */
  public static final long FORGOTTEN_DUPLICATE = -1;

  /** What one log remembers at most; the longest silent producer goes first. */
  private static final int MAX_PRODUCERS = 65_536;

  private final long expiryMs;
  private final TransactionTable transactions = new TransactionTable();
  private @Nullable LinkedHashMap<Long, Producer> producers;

  /**
   * @param expiryMs a producer silent for longer is forgotten
   */
  public ProducerTable(long expiryMs) {
    this.expiryMs = expiryMs;
  }

  /** Whether a batch is one of those that this table and {@link #transactions} are told of. */
  public static boolean isTracked(RecordBatchView batch) {
    return batch.hasProducerId() && (!batch.isControl() || batch.isTransactional());
  }

  /** Whether a producer is known, and in this epoch. */
  public boolean isAt(long producerId, short epoch) {
    Producer producer = producers == null ? null : producers.get(producerId);
    return producer != null && producer.epoch() == epoch;
  }

  /** The transactions of these producers. They are told of transactional batches separately. */
  public TransactionTable transactions() {
    return transactions;
  }

  /**
   * Looks at the epoch and the sequence of a batch that {@link #isTracked}, and changes nothing. A
   * marker has no sequence, and is always the next one.
   *
   * @return {@link #NEXT}, {@link #FORGOTTEN_DUPLICATE}, or the offset of the first record of the
   *     batch of which this is a duplicate
   * @throws StaleProducerException when the epoch was superseded
   * @throws OutOfOrderSequenceException when records before this batch are missing
   * @throws InvalidTransactionException when the batch is the next one, but outside of the
   *     transaction that its producer has open
   */
  public long check(RecordBatchView batch, long nowMs) {
    long verdict = checkProducer(batch, nowMs);
    if (verdict == NEXT && !batch.isTransactional() && transactions.isOpen(batch.producerId())) {
      throw new InvalidTransactionException(
          "producer "
              + batch.producerId()
              + " has a transaction open since offset "
              + transactions.openedAt(batch.producerId())
              + "; commit or abort it before sending outside of it");
    }
    return verdict;
  }

  private long checkProducer(RecordBatchView batch, long nowMs) {
    Producer producer = producers == null ? null : producers.get(batch.producerId());
    if (producer == null || isExpired(producer, nowMs)) {
      return NEXT;
    }
    if (batch.producerEpoch() < producer.epoch()) {
      throw new StaleProducerException(
          "producer "
              + batch.producerId()
              + " has epoch "
              + producer.epoch()
              + " now; a batch came with epoch "
              + batch.producerEpoch());
    }
    if (batch.isControl()) {
      return NEXT;
    }
    if (batch.producerEpoch() > producer.epoch()) {
      if (batch.baseSequence() != 0) {
        throw outOfOrder(batch, "a new epoch begins with sequence 0");
      }
      return NEXT;
    }
    return checkSequence(producer, batch);
  }

  private boolean isExpired(Producer producer, long nowMs) {
    return nowMs - producer.lastTimestampMs() > expiryMs && !transactions.isOpen(producer.id());
  }

  private static long checkSequence(Producer producer, RecordBatchView batch) {
    int last = producer.lastSequence();
    int first = batch.baseSequence();
    if (last < 0 ? first == 0 : Sequences.follows(last, first)) {
      return NEXT;
    }
    if (last < 0) {
      throw outOfOrder(batch, "expected 0");
    }
    long duplicate = producer.duplicateOf(first, batch.lastSequence());
    if (duplicate >= 0) {
      return duplicate;
    }
    if (!Sequences.isBefore(last, batch.lastSequence())) {
      return FORGOTTEN_DUPLICATE;
    }
    throw outOfOrder(batch, "expected " + Sequences.plus(last, 1));
  }

  private static OutOfOrderSequenceException outOfOrder(RecordBatchView batch, String expected) {
    return new OutOfOrderSequenceException(
        "producer "
            + batch.producerId()
            + " epoch "
            + batch.producerEpoch()
            + " sent sequence "
            + batch.baseSequence()
            + "; "
            + expected);
  }

  /**
   * Remembers a batch or a marker that was appended, and its producer's epoch.
   *
   * @param writtenOffset records below are in segments
   */
  public void add(RecordBatchView batch, long nowMs, long writtenOffset) {
    LinkedHashMap<Long, Producer> all = producers;
    if (all == null) {
      all = new LinkedHashMap<>(4, 0.75f, true);
      producers = all;
    }
    long id = batch.producerId();
    Producer producer = all.get(id);
    if (producer == null) {
      producer = new Producer(id, batch.producerEpoch());
      all.put(id, producer);
      if (all.size() > MAX_PRODUCERS) {
        forgetOne(all);
      }
    }
    if (batch.isControl()) {
      producer.mark(batch, nowMs);
    } else {
      producer.add(batch, nowMs, writtenOffset);
    }
  }

  /** The longest silent one of those without an open transaction, which the coordinator bounds. */
  private void forgetOne(Map<Long, Producer> longestSilentFirst) {
    Iterator<Producer> oldestFirst = longestSilentFirst.values().iterator();
    while (oldestFirst.hasNext()) {
      if (!transactions.isOpen(oldestFirst.next().id())) {
        oldestFirst.remove();
        return;
      }
    }
  }

  /** Remembers a batch that lies before others that are remembered already, or is one of them. */
  public void addEarlier(RecordBatchView batch, long nowMs) {
    Producer producer = producers == null ? null : producers.get(batch.producerId());
    if (producer == null || producer.seenOffset() < batch.lastOffset()) {
      add(batch, nowMs, Long.MAX_VALUE);
    } else if (!batch.isControl()) {
      producer.addEarlier(batch);
    }
    // A marker that others follow has raised no epoch above theirs.
  }

  /** Takes over what another table knows of one producer, unless it is too old to count. */
  void copy(long producerId, ProducerTable other, long nowMs) {
    Producer producer = other.producers == null ? null : other.producers.get(producerId);
    if (producer != null && !other.isExpired(producer, nowMs)) {
      if (producers == null) {
        producers = new LinkedHashMap<>(4, 0.75f, true);
      }
      producers.put(producerId, Producer.restored(producer.snapshot(Long.MAX_VALUE)));
    }
    if (other.transactions.isOpen(producerId)) {
      transactions.begin(producerId, other.transactions.openedAt(producerId));
    }
  }

  /** Takes over what a snapshot knows. */
  public void restore(List<ProducerSnapshot> snapshots) {
    if (snapshots.isEmpty()) {
      return;
    }
    LinkedHashMap<Long, Producer> all = new LinkedHashMap<>(16, 0.75f, true);
    for (ProducerSnapshot snapshot : snapshots) {
      all.put(snapshot.producerId(), Producer.restored(snapshot));
    }
    producers = all;
  }

  /** What was known when the log ended at an offset; forgets those that were silent too long. */
  public List<ProducerSnapshot> snapshot(long endOffset, long nowMs) {
    if (producers == null) {
      return List.of();
    }
    List<ProducerSnapshot> snapshots = new ArrayList<>();
    Iterator<Map.Entry<Long, Producer>> entries = producers.entrySet().iterator();
    while (entries.hasNext()) {
      Producer producer = entries.next().getValue();
      if (isExpired(producer, nowMs)) {
        entries.remove();
      } else {
        snapshots.add(producer.snapshot(endOffset));
      }
    }
    return snapshots;
  }

  /** The producers as the API shows them. */
  public List<ProducerState> states() {
    if (producers == null) {
      return List.of();
    }
    List<ProducerState> states = new ArrayList<>();
    for (Producer producer : producers.values()) {
      states.add(
          new ProducerState(
              producer.id(),
              producer.epoch(),
              producer.lastSequence(),
              producer.lastOffset(),
              producer.lastTimestampMs(),
              transactions.openedAt(producer.id())));
    }
    return states;
  }
}

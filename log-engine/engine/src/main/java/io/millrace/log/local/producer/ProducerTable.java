package io.millrace.log.local.producer;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.Sequences;
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
 * or a mistake. Bounded by number and by age. Guarded by the log.
 */
public final class ProducerTable {
  /** {@link #check}: the batch is the next one. */
  public static final long NEXT = -2;

  /** {@link #check}: the batch was appended before, at an offset that is forgotten. */
  public static final long FORGOTTEN_DUPLICATE = -1;

  /** What one log remembers at most; the longest silent producer goes first. */
  private static final int MAX_PRODUCERS = 65_536;

  private final long expiryMs;
  private @Nullable LinkedHashMap<Long, Producer> producers;

  /**
   * @param expiryMs a producer silent for longer is forgotten
   */
  public ProducerTable(long expiryMs) {
    this.expiryMs = expiryMs;
  }

  /**
   * Looks at the sequence of a batch with a producer id, and changes nothing.
   *
   * @return {@link #NEXT}, {@link #FORGOTTEN_DUPLICATE}, or the offset of the first record of the
   *     batch of which this is a duplicate
   * @throws StaleProducerException when the epoch was superseded
   * @throws OutOfOrderSequenceException when records before this batch are missing
   */
  public long check(RecordBatchView batch, long nowMs) {
    Producer producer = producers == null ? null : producers.get(batch.producerId());
    if (producer == null || nowMs - producer.lastTimestampMs() > expiryMs) {
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
    if (batch.producerEpoch() > producer.epoch()) {
      if (batch.baseSequence() != 0) {
        throw outOfOrder(batch, "a new epoch begins with sequence 0");
      }
      return NEXT;
    }
    return checkSequence(producer, batch);
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
   * Remembers a batch that was appended.
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
        Iterator<Producer> oldestFirst = all.values().iterator();
        oldestFirst.next();
        oldestFirst.remove();
      }
    }
    producer.add(batch, nowMs, writtenOffset);
  }

  /** Remembers a batch that lies before others that are remembered already, or is one of them. */
  public void addEarlier(RecordBatchView batch, long nowMs) {
    Producer producer = producers == null ? null : producers.get(batch.producerId());
    if (producer == null || producer.lastOffset() < batch.lastOffset()) {
      add(batch, nowMs, Long.MAX_VALUE);
    } else {
      producer.addEarlier(batch);
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
      if (nowMs - producer.lastTimestampMs() > expiryMs) {
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
              producer.lastTimestampMs()));
    }
    return states;
  }
}

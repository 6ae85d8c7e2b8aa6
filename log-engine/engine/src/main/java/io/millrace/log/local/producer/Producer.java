package io.millrace.log.local.producer;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.Sequences;
import io.millrace.log.local.format.ProducerSnapshot;
import java.util.ArrayList;
import java.util.List;

/** One idempotent producer: its epoch and its last batches. Guarded by its table's owner. */
final class Producer {
  /** As many batches as Kafka's producer may have in flight, and so may send again. */
  static final int WINDOW = 5;

  private final long id;
  private short epoch;
  private int lastSequence;
  private long lastOffset;
  private long lastTimestampMs;
  private final int[] firstSequences = new int[WINDOW];
  private final int[] lastSequences = new int[WINDOW];
  private final long[] lastOffsets = new long[WINDOW];
  private int count;

  Producer(long id, short epoch) {
    this.id = id;
    this.epoch = epoch;
    this.lastSequence = -1;
    this.lastOffset = -1;
  }

  static Producer restored(ProducerSnapshot snapshot) {
    Producer producer = new Producer(snapshot.producerId(), snapshot.epoch());
    producer.lastSequence = snapshot.lastSequence();
    producer.lastOffset = snapshot.lastOffset();
    producer.lastTimestampMs = snapshot.lastTimestampMs();
    for (ProducerSnapshot.Batch batch : snapshot.batches()) {
      producer.remember(batch.firstSequence(), batch.lastSequence(), batch.lastOffset());
    }
    return producer;
  }

  long id() {
    return id;
  }

  short epoch() {
    return epoch;
  }

  int lastSequence() {
    return lastSequence;
  }

  long lastOffset() {
    return lastOffset;
  }

  long lastTimestampMs() {
    return lastTimestampMs;
  }

  /** The offset of the first record of a remembered batch with these sequences; -1 for none. */
  long duplicateOf(int firstSequence, int lastSequence) {
    for (int i = 0; i < count; i++) {
      if (firstSequences[i] == firstSequence && lastSequences[i] == lastSequence) {
        return lastOffsets[i] - ((lastSequence - firstSequence) & Integer.MAX_VALUE);
      }
    }
    return -1;
  }

  void add(RecordBatchView batch, long nowMs) {
    if (batch.producerEpoch() != epoch) {
      epoch = batch.producerEpoch();
      count = 0;
    }
    lastSequence = batch.lastSequence();
    lastOffset = batch.lastOffset();
    lastTimestampMs = nowMs;
    remember(batch.baseSequence(), lastSequence, lastOffset);
  }

  private void remember(int first, int last, long offset) {
    if (count == WINDOW) {
      System.arraycopy(firstSequences, 1, firstSequences, 0, WINDOW - 1);
      System.arraycopy(lastSequences, 1, lastSequences, 0, WINDOW - 1);
      System.arraycopy(lastOffsets, 1, lastOffsets, 0, WINDOW - 1);
      count--;
    }
    firstSequences[count] = first;
    lastSequences[count] = last;
    lastOffsets[count] = offset;
    count++;
  }

  /**
   * What was known when the log ended at an offset. When more batches came since than are
   * remembered, the sequence before the oldest of them is still exact.
   */
  ProducerSnapshot snapshot(long endOffset) {
    List<ProducerSnapshot.Batch> batches = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      if (lastOffsets[i] < endOffset) {
        batches.add(
            new ProducerSnapshot.Batch(firstSequences[i], lastSequences[i], lastOffsets[i]));
      }
    }
    if (count > 0 && batches.isEmpty()) {
      int before = firstSequences[0] == 0 ? -1 : Sequences.plus(firstSequences[0], -1);
      return new ProducerSnapshot(id, epoch, before, -1, lastTimestampMs, batches);
    }
    int sequence =
        batches.isEmpty() ? lastSequence : batches.get(batches.size() - 1).lastSequence();
    long offset = batches.isEmpty() ? lastOffset : batches.get(batches.size() - 1).lastOffset();
    return new ProducerSnapshot(id, epoch, sequence, offset, lastTimestampMs, batches);
  }
}

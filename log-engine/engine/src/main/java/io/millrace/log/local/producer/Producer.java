package io.millrace.log.local.producer;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.Sequences;
import io.millrace.log.local.format.ProducerSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One idempotent producer: its epoch and its last batches. Guarded by its table's owner. */
final class Producer {
  /** As many batches as Kafka's producer may have in flight, and so may send again. */
  static final int WINDOW = 5;

  /** Room for the window and a few batches that are not in a segment yet. */
  private static final int ROOM = 8;

  private final long id;
  private short epoch;
  private int lastSequence;
  private long lastOffset;
  private long lastTimestampMs;

  /** Of the last batch or marker of the producer that is known; never below {@link #lastOffset}. */
  private long seenOffset;

  private int[] firstSequences = new int[ROOM];
  private int[] lastSequences = new int[ROOM];
  private long[] lastOffsets = new long[ROOM];
  private int count;

  Producer(long id, short epoch) {
    this.id = id;
    this.epoch = epoch;
    this.lastSequence = -1;
    this.lastOffset = -1;
    this.seenOffset = -1;
  }

  static Producer restored(ProducerSnapshot snapshot) {
    Producer producer = new Producer(snapshot.producerId(), snapshot.epoch());
    producer.lastSequence = snapshot.lastSequence();
    producer.lastOffset = snapshot.lastOffset();
    producer.seenOffset = snapshot.lastOffset();
    producer.lastTimestampMs = snapshot.lastTimestampMs();
    for (ProducerSnapshot.Batch batch : snapshot.batches()) {
      producer.remember(
          batch.firstSequence(), batch.lastSequence(), batch.lastOffset(), Long.MAX_VALUE);
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

  /** The offset of the last batch or marker that is known; -1 when unknown. */
  long seenOffset() {
    return seenOffset;
  }

  /** The offset of the first record of a remembered batch with these sequences; -1 for none. */
  long duplicateOf(int firstSequence, int lastSequence) {
    for (int i = Math.max(0, count - WINDOW); i < count; i++) {
      if (firstSequences[i] == firstSequence && lastSequences[i] == lastSequence) {
        return lastOffsets[i] - ((lastSequence - firstSequence) & Integer.MAX_VALUE);
      }
    }
    return -1;
  }

  void add(RecordBatchView batch, long nowMs, long writtenOffset) {
    if (batch.producerEpoch() != epoch) {
      epoch = batch.producerEpoch();
      count = 0;
    }
    lastSequence = batch.lastSequence();
    lastOffset = batch.lastOffset();
    seenOffset = lastOffset;
    lastTimestampMs = nowMs;
    remember(batch.baseSequence(), lastSequence, lastOffset, writtenOffset);
  }

  /**
   * Takes note of a marker. One with a new epoch ends the old one: what is sent late with that is
   * refused, and sequences begin anew (KIP-890).
   */
  void mark(RecordBatchView marker, long nowMs) {
    if (marker.producerEpoch() != epoch) {
      epoch = marker.producerEpoch();
      lastSequence = -1;
      lastOffset = -1;
      count = 0;
    }
    seenOffset = marker.lastOffset();
    lastTimestampMs = nowMs;
  }

  /**
   * Before the window, all batches are remembered that are not yet in a segment: a crash may take
   * them out of the log, and {@link #snapshot} must know then how it ends.
   */
  private void remember(int first, int last, long offset, long writtenOffset) {
    int gone = 0;
    while (count - gone > WINDOW && lastOffsets[gone + WINDOW] < writtenOffset) {
      gone++;
    }
    if (gone > 0) {
      count -= gone;
      System.arraycopy(firstSequences, gone, firstSequences, 0, count);
      System.arraycopy(lastSequences, gone, lastSequences, 0, count);
      System.arraycopy(lastOffsets, gone, lastOffsets, 0, count);
    }
    resize();
    firstSequences[count] = first;
    lastSequences[count] = last;
    lastOffsets[count] = offset;
    count++;
  }

  /**
   * Remembers a batch that lies before the last one, or before a marker behind that, in its place;
   * the oldest makes room.
   */
  void addEarlier(RecordBatchView batch) {
    int at = count;
    while (at > 0 && lastOffsets[at - 1] > batch.lastOffset()) {
      at--;
    }
    boolean known = at > 0 && lastOffsets[at - 1] == batch.lastOffset();
    boolean full = count >= WINDOW;
    if (known || (full && at == 0) || batch.producerEpoch() != epoch) {
      return;
    }
    if (full) {
      count--;
      at--;
      System.arraycopy(firstSequences, 1, firstSequences, 0, count);
      System.arraycopy(lastSequences, 1, lastSequences, 0, count);
      System.arraycopy(lastOffsets, 1, lastOffsets, 0, count);
    }
    System.arraycopy(firstSequences, at, firstSequences, at + 1, count - at);
    System.arraycopy(lastSequences, at, lastSequences, at + 1, count - at);
    System.arraycopy(lastOffsets, at, lastOffsets, at + 1, count - at);
    firstSequences[at] = batch.baseSequence();
    lastSequences[at] = batch.lastSequence();
    lastOffsets[at] = batch.lastOffset();
    count++;
    if (batch.lastOffset() > lastOffset) {
      // Only markers are known behind it.
      lastSequence = batch.lastSequence();
      lastOffset = batch.lastOffset();
    }
  }

  /** Makes room for one more, and gives back what many unwritten batches have taken. */
  private void resize() {
    int capacity = firstSequences.length;
    int wanted = count == capacity ? capacity * 2 : count < ROOM ? ROOM : capacity;
    if (wanted != capacity) {
      firstSequences = Arrays.copyOf(firstSequences, wanted);
      lastSequences = Arrays.copyOf(lastSequences, wanted);
      lastOffsets = Arrays.copyOf(lastOffsets, wanted);
    }
  }

  /**
   * What was known when the log ended at an offset, up to which it is in segments. When all
   * remembered batches came since, the oldest of them is the first of its epoch.
   */
  ProducerSnapshot snapshot(long endOffset) {
    int below = 0;
    while (below < count && lastOffsets[below] < endOffset) {
      below++;
    }
    List<ProducerSnapshot.Batch> batches = new ArrayList<>(WINDOW);
    for (int i = Math.max(0, below - WINDOW); i < below; i++) {
      batches.add(new ProducerSnapshot.Batch(firstSequences[i], lastSequences[i], lastOffsets[i]));
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

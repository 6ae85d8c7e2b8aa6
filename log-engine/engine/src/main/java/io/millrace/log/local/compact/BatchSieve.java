package io.millrace.log.local.compact;

import io.millrace.batch.BatchFormat;
import io.millrace.batch.BatchRewriter;
import io.millrace.batch.Codec;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.Compressor;
import io.millrace.log.Decompressor;
import io.millrace.log.ProducerState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what stays of each batch of a log, which it is given in order from the first on.
 *
 * <ul>
 *   <li>Of the records with a key: the last, up to the end of what the {@link KeyMap} knows. All
 *       records behind that, and records without a key, which nothing supersedes.
 *   <li>A tombstone that is the last of its key: until the time noted in its batch, which is some
 *       while after it was compacted first (KIP-534).
 *   <li>Nothing of aborted transactions, nor of what is deleted.
 *   <li>A transaction's marker: as long as there are batches of the transaction, and some while
 *       longer.
 *   <li>The last batch of a producer, though it may have no records any more: it says which
 *       sequence is next.
 *   <li>Of the last batch of a new file at least its offsets.
 * </ul>
 *
 * One thread.
 */
final class BatchSieve {
  private final KeyMap lastOffsets;
  private final long endOffset;
  private final AbortedBatches aborted;
  private final Map<Long, ProducerState> producers = new HashMap<>();
  private final long startOffset;
  private final long nowMs;
  private final long newHorizonMs;
  private final Decompressor decompressor;
  private final Compressor compressor;
  private final BatchRewriter rewriter = new BatchRewriter();
  private final RecordIterator records = new RecordIterator();
  private final BitSet kept = new BitSet();

  /** Producers of which data was seen since their last marker. */
  private final Set<Long> transactionsWithData = new HashSet<>();

  private final List<AbortedTransaction> forgotten = new ArrayList<>();
  private boolean changed;
  private long recordsBefore;
  private long recordsAfter;

  /**
   * @param endOffset up to which the map knows all records that count; all behind stays
   */
  BatchSieve(
      KeyMap lastOffsets,
      long endOffset,
      AbortedBatches aborted,
      CompactionTask task,
      Decompressor decompressor,
      Compressor compressor) {
    this.lastOffsets = lastOffsets;
    this.endOffset = endOffset;
    this.aborted = aborted;
    this.startOffset = task.startOffset();
    this.nowMs = task.nowMs();
    this.newHorizonMs = Math.max(0, saturatedSum(task.nowMs(), task.deleteRetentionMs()));
    this.decompressor = decompressor;
    this.compressor = compressor;
    task.producers().forEach(it -> producers.put(it.producerId(), it));
  }

  private static long saturatedSum(long a, long b) {
    long sum = a + b;
    return sum < a ? Long.MAX_VALUE : sum;
  }

  /**
   * What stays of a batch: itself, a smaller one, or null for nothing.
   *
   * @param mustStay whether a batch with these offsets must be left, though without records
   * @throws InvalidBatchException when the batch is damaged
   */
  @Nullable ByteBuffer sift(RecordBatchView batch, boolean mustStay) {
    ByteBuffer result;
    if (batch.baseOffset() >= endOffset) {
      result = batch.slice();
    } else if (batch.isControl()) {
      result = siftControl(batch, mustStay);
    } else {
      result = siftData(batch, mustStay);
    }
    recordsBefore += batch.recordCount();
    if (result == null) {
      changed = true;
    } else {
      recordsAfter += result.getInt(BatchFormat.RECORD_COUNT);
    }
    return result;
  }

  private @Nullable ByteBuffer siftControl(RecordBatchView batch, boolean mustStay) {
    if (!TransactionMarker.is(batch) || transactionsWithData.remove(batch.producerId())) {
      return batch.slice();
    }
    long horizonMs = batch.deleteHorizonMs();
    if (horizonMs == BatchFormat.NO_TIMESTAMP) {
      decide(batch, plainRecords(batch), true);
      return rewrite(batch, newHorizonMs);
    }
    if (nowMs < horizonMs || isLastOfProducer(batch)) {
      return batch.slice();
    }
    AbortedTransaction ended = aborted.endedBy(batch);
    if (ended != null) {
      forgotten.add(ended);
    }
    return mustStay ? placeholder(batch) : null;
  }

  private @Nullable ByteBuffer siftData(RecordBatchView batch, boolean mustStay) {
    if (batch.isTransactional()) {
      transactionsWithData.add(batch.producerId());
    }
    boolean mark = false;
    kept.clear();
    boolean deleted = batch.nextOffset() <= startOffset;
    if (!deleted && !aborted.has(batch) && batch.recordCount() > 0) {
      mark = decide(batch, plainRecords(batch), false);
    }
    int count = kept.cardinality();
    if (count == 0 && !isLastOfProducer(batch)) {
      return mustStay ? placeholder(batch) : null;
    }
    if (count == batch.recordCount() && !mark) {
      return batch.slice();
    }
    return rewrite(batch, mark ? newHorizonMs : BatchFormat.NO_TIMESTAMP);
  }

  private boolean isLastOfProducer(RecordBatchView batch) {
    ProducerState producer = producers.get(batch.producerId());
    if (producer == null || !batch.hasProducerId()) {
      return false;
    }
    return producer.lastOffset() < 0
        ? batch.isControl() && batch.producerEpoch() == producer.epoch()
        : batch.lastOffset() == producer.lastOffset();
  }

  private ByteBuffer plainRecords(RecordBatchView batch) {
    if (batch.codec() == Codec.NONE) {
      return batch.recordBytes();
    }
    ByteBuffer plain = decompressor.decompress(batch);
    if (plain == null) {
      throw new InvalidBatchException("records are compressed with " + batch.codec());
    }
    return plain;
  }

  private @Nullable ByteBuffer plain;

  /** Notes which records stay. Returns whether the batch gets a time at which tombstones go. */
  private boolean decide(RecordBatchView batch, ByteBuffer plainRecords, boolean all) {
    plain = plainRecords;
    kept.clear();
    boolean tombstones = false;
    long horizonMs = batch.deleteHorizonMs();
    boolean isMarked = horizonMs != BatchFormat.NO_TIMESTAMP;
    records.over(batch, plainRecords);
    for (int i = 0; records.next(); i++) {
      RecordView record = records.record();
      ByteBuffer key = record.key();
      boolean stays = all || record.offset() >= endOffset || key == null;
      if (!stays && key != null && lastOffsets.get(key) <= record.offset()) {
        stays = record.hasValue() || !isMarked || nowMs < horizonMs;
        tombstones |= !record.hasValue();
      }
      kept.set(i, stays);
    }
    return tombstones && !isMarked;
  }

  /** What says no more than where a file's range of offsets ends. */
  private ByteBuffer placeholder(RecordBatchView batch) {
    if (batch.recordCount() == 0 && !batch.hasProducerId()) {
      return batch.slice();
    }
    changed = true;
    return rewriter.placeholder(batch);
  }

  private ByteBuffer rewrite(RecordBatchView batch, long horizonMs) {
    changed = true;
    rewriter.begin(batch, horizonMs);
    if (!kept.isEmpty()) {
      records.over(batch, plain == null ? batch.recordBytes() : plain);
      for (int i = 0; records.next(); i++) {
        if (kept.get(i)) {
          rewriter.keep(records.record());
        }
      }
    }
    Codec codec = rewriter.count() == 0 ? Codec.NONE : batch.codec();
    ByteBuffer content = rewriter.records();
    if (codec != Codec.NONE) {
      ByteBuffer compressed = compressor.compress(codec, content);
      codec = compressed == null ? Codec.NONE : codec;
      content = compressed == null ? content : compressed;
    }
    return rewriter.finish(codec, content);
  }

  /** Whether anything was left out or written differently since this was asked last. */
  boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  /** The aborted transactions whose markers were left out since this was asked last. */
  List<AbortedTransaction> takeForgotten() {
    List<AbortedTransaction> all = List.copyOf(forgotten);
    forgotten.clear();
    return all;
  }

  long recordsBefore() {
    return recordsBefore;
  }

  long recordsAfter() {
    return recordsAfter;
  }
}

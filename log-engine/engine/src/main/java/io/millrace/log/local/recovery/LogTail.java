package io.millrace.log.local.recovery;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.CorruptLogException;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.producer.ProducerTable;
import io.millrace.log.local.segment.LogBatch;
import io.millrace.log.local.segment.LogSegments;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log whose end is being recovered. One thread. */
final class LogTail {
  private final LogTrace trace;
  private final LogSegments segments;
  private final ProducerTable producers;
  private final TransactionReplay transactions;
  private final long checkpointOffset;
  private final long compactedOffset;
  private final long nowMs;
  private LogConfig config;
  private long startOffset;
  private long scannedOffset;
  private final List<LogBatch> unwritten = new ArrayList<>();
  private @Nullable CorruptLogException damage;

  LogTail(
      LogTrace trace,
      LogSnapshot snapshot,
      LogSegments segments,
      ProducerTable producers,
      long nowMs) {
    this.trace = trace;
    this.segments = segments;
    this.producers = producers;
    this.config = snapshot.config();
    this.startOffset = Math.max(snapshot.startOffset(), trace.startOffset());
    this.checkpointOffset = snapshot.endOffset();
    this.compactedOffset = snapshot.compactedOffset();
    this.transactions = new TransactionReplay(producers.transactions(), checkpointOffset);
    this.scannedOffset = checkpointOffset;
    this.nowMs = nowMs;
  }

  LogId id() {
    return trace.id();
  }

  LogConfig config() {
    return config;
  }

  void configured(LogConfig newest) {
    config = newest;
  }

  LogSegments segments() {
    return segments;
  }

  long checkpointOffset() {
    return checkpointOffset;
  }

  /** Records below are known to be synced in the segments. */
  long syncedOffset() {
    return Math.max(checkpointOffset, trace.syncedOffset());
  }

  /** Where the batches end that were found whole in the segments. */
  long scannedOffset() {
    return scannedOffset;
  }

  void scannedTo(long offset) {
    scannedOffset = offset;
  }

  /** Whether the segments have records that no entry of the journal has. */
  boolean isUncovered() {
    return !trace.covers(checkpointOffset, scannedOffset);
  }

  long startOffset() {
    return startOffset;
  }

  /** Takes note of a batch's producer, and of its transaction. */
  void remember(RecordBatchView batch) {
    transactions.add(batch);
    if (ProducerTable.isTracked(batch)) {
      producers.add(batch, nowMs, Long.MAX_VALUE);
    }
  }

  /**
   * Takes note of a batch's producer, when the segments end behind it already: they begin anew
   * there where records were deleted, and what lay between may be in the journal only.
   */
  void rememberEarlier(RecordBatchView batch) {
    transactions.add(batch);
    if (ProducerTable.isTracked(batch) && batch.baseOffset() >= checkpointOffset) {
      producers.addEarlier(batch, nowMs);
    }
  }

  /** The disk is full: batches that only the journal has, and all that follow, stay in memory. */
  void keep(List<LogBatch> batches) {
    for (LogBatch batch : batches) {
      if (!batch.isWritten()) {
        unwritten.add(batch);
      }
    }
  }

  boolean hasUnwritten() {
    return !unwritten.isEmpty();
  }

  /** The offset behind the last record that was found. */
  long endOffset() {
    return unwritten.isEmpty()
        ? segments.endOffset()
        : unwritten.get(unwritten.size() - 1).nextOffset();
  }

  /** All batches were found: makes the log begin where it was told to. */
  void moveStart() {
    transactions.finish();
    // What was deleted needs no place any more; behind it there may be a gap up to the start.
    unwritten.removeIf(batch -> batch.nextOffset() <= startOffset);
    // What is in memory must follow the segments, also where deleted records are gone before it.
    long next = unwritten.isEmpty() ? startOffset : unwritten.get(0).baseOffset();
    segments.startAt(next, Math.min(startOffset, checkpointOffset));
  }

  void damaged(CorruptLogException cause) {
    damage = cause;
  }

  boolean isDamaged() {
    return damage != null;
  }

  RecoveredLog toRecovered() {
    return new RecoveredLog(
        trace.id(),
        config,
        startOffset,
        segments,
        unwritten,
        producers,
        isUncovered() ? scannedOffset : checkpointOffset,
        checkpointOffset,
        compactedOffset,
        damage);
  }
}

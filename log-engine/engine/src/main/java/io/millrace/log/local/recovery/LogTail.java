package io.millrace.log.local.recovery;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.CorruptLogException;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.producer.ProducerTable;
import io.millrace.log.local.segment.LogSegments;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A log whose end is being recovered. One thread. */
final class LogTail {
  private final LogTrace trace;
  private final LogSegments segments;
  private final ProducerTable producers;
  private final long checkpointOffset;
  private final long nowMs;
  private LogConfig config;
  private long startOffset;
  private long scannedOffset;
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

  /** Takes note of a batch's producer. */
  void remember(RecordBatchView batch) {
    if (batch.hasProducerId() && !batch.isControl()) {
      producers.add(batch, nowMs);
    }
  }

  /** As {@link #remember}, of a batch alone in a buffer. */
  void remember(ByteBuffer bytes) {
    remember(new RecordBatchView().wrap(bytes, 0));
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
        producers,
        isUncovered() ? scannedOffset : checkpointOffset,
        damage);
  }
}

package io.millrace.log.local.format;

import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import java.util.List;

/**
 * What the manifest says of one log: all of it that is synced.
 *
 * @param endOffset records below are synced in the segments, unless deleted
 * @param damaged durable records were found missing: it must not be opened
 * @param segments in order; the last one may grow
 * @param compactedOffset records below were compacted; 0 when none were
 */
public record LogSnapshot(
    LogId id,
    LogConfig config,
    long startOffset,
    long endOffset,
    boolean damaged,
    List<SegmentSummary> segments,
    List<ProducerSnapshot> producers,
    TransactionSnapshot transactions,
    long compactedOffset) {

  /** Of a log that was never compacted. */
  public LogSnapshot(
      LogId id,
      LogConfig config,
      long startOffset,
      long endOffset,
      boolean damaged,
      List<SegmentSummary> segments,
      List<ProducerSnapshot> producers,
      TransactionSnapshot transactions) {
    this(id, config, startOffset, endOffset, damaged, segments, producers, transactions, 0);
  }

  public LogSnapshot {
    segments = List.copyOf(segments);
    producers = List.copyOf(producers);
  }

  /** Whether it was ever compacted. */
  public boolean isCompacted() {
    return compactedOffset > 0 || segments.stream().anyMatch(it -> it.generation() > 0);
  }

  /** A log of which nothing is known yet. */
  public static LogSnapshot empty(LogId id, LogConfig config) {
    return new LogSnapshot(id, config, 0, 0, false, List.of(), List.of(), TransactionSnapshot.NONE);
  }
}

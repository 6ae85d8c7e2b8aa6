package io.millrace.log.local.compact;

import io.millrace.log.AbortedTransaction;
import io.millrace.log.ProducerState;
import io.millrace.log.local.segment.LogSegments;
import io.millrace.log.local.segment.Segment;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What a run of compaction has to do.
 *
 * @param segments of the log
 * @param cleanable those that may be written again, from the log's first on: all that they hold is
 *     decided, synced and known to the manifest, and none of them is the log's last
 * @param startOffset records below are deleted
 * @param fromOffset records below were compacted before, or are deleted
 * @param aborted the aborted transactions of the log
 * @param producers the idempotent producers that the log knows
 * @param segmentBytes segments are joined up to this size
 * @param deleteRetentionMs see {@code Compaction}
 * @param nowMs the time, milliseconds since the epoch
 * @param generations gives each new file a number that no file of the log had
 */
public record CompactionTask(
    LogSegments segments,
    List<Segment> cleanable,
    long startOffset,
    long fromOffset,
    List<AbortedTransaction> aborted,
    List<ProducerState> producers,
    int segmentBytes,
    long deleteRetentionMs,
    long nowMs,
    IntSupplier generations) {

  public CompactionTask {
    cleanable = List.copyOf(cleanable);
    aborted = List.copyOf(aborted);
    producers = List.copyOf(producers);
  }
}

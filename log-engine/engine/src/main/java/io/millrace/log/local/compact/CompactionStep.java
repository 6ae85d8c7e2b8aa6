package io.millrace.log.local.compact;

import io.millrace.log.AbortedTransaction;
import io.millrace.log.local.segment.Segment;
import java.util.List;

/** What one step of a {@link CompactionRun} has done. */
public sealed interface CompactionStep {

  /** Bytes that were read. */
  int bytes();

  /** Something was read, and may have been written. */
  record Worked(int bytes) implements CompactionStep {}

  /**
   * A new segment is finished and durable. Before the next step it must have taken the place of the
   * others, or the run must end.
   *
   * @param replaced what it was written from
   * @param forgotten aborted transactions of which nothing is left in it, nor was before
   */
  record Rewritten(
      int bytes, List<Segment> replaced, Segment compacted, List<AbortedTransaction> forgotten)
      implements CompactionStep {}

  /**
   * All is done.
   *
   * @param compactedOffset records below are compacted now
   */
  record Done(int bytes, long compactedOffset, CompactionResult result) implements CompactionStep {}
}

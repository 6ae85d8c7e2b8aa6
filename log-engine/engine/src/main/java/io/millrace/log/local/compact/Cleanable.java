package io.millrace.log.local.compact;

import io.millrace.log.Compaction;
import io.millrace.log.local.segment.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a log that may be compacted now. Immutable.
 *
 * @param segments from the log's first on, without its last
 * @param fromOffset records below were compacted before
 * @param cleanBytes of the segments that were wholly compacted before
 * @param dirtyBytes of the others
 * @param oldestDirtyMs when the first of these was begun, milliseconds since the epoch
 */
public record Cleanable(
    List<Segment> segments, long fromOffset, long cleanBytes, long dirtyBytes, long oldestDirtyMs) {

  public Cleanable {
    segments = List.copyOf(segments);
  }

  /**
   * Looks at a log.
   *
   * @param all its segments; the last one with something in it is never compacted
   * @param fromOffset records below were compacted before, or are deleted
   * @param limitOffset what is not wholly below stays as it is
   */
  public static Cleanable of(
      List<Segment> all, long fromOffset, long limitOffset, Compaction config, long nowMs) {
    int last = all.size() - 1;
    while (last >= 0 && all.get(last).sizeInBytes() == 0) {
      last--;
    }
    List<Segment> segments = new ArrayList<>();
    long clean = 0;
    long dirty = 0;
    long oldestMs = Long.MAX_VALUE;
    for (int i = 0; i < last; i++) {
      Segment segment = all.get(i);
      boolean isDirty = segment.nextOffset() > fromOffset;
      if (segment.nextOffset() > limitOffset
          || (isDirty && isTooYoung(segment, config.minLagMs(), nowMs))) {
        break;
      }
      segments.add(segment);
      clean += isDirty ? 0 : segment.sizeInBytes();
      dirty += isDirty ? segment.sizeInBytes() : 0;
      oldestMs = isDirty ? Math.min(oldestMs, segment.createdMs()) : oldestMs;
    }
    return new Cleanable(segments, fromOffset, clean, dirty, oldestMs);
  }

  private static boolean isTooYoung(Segment segment, long minLagMs, long nowMs) {
    return minLagMs > 0 && segment.maxTimestampMs() > nowMs - minLagMs;
  }

  /** Which part of it came since the last time: 0 to 1. */
  public double dirtyRatio() {
    return dirtyBytes == 0 ? 0 : (double) dirtyBytes / (cleanBytes + dirtyBytes);
  }

  /** Whether it is time. */
  public boolean isDue(Compaction config, long nowMs) {
    return dirtyBytes > 0
        && (dirtyRatio() > config.minDirtyRatio() || nowMs - oldestDirtyMs > config.maxLagMs());
  }
}

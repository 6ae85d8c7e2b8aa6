package io.millrace.log;

/**
 * How a log is compacted: of the records with one key the last is kept. Immutable; validated when
 * built. The settings are Kafka's.
 *
 * @param minDirtyRatio a log is compacted when more than this part of what can be compacted came
 *     since the last time; 0 to 1
 * @param minLagMs a record stays as it is for this long, in milliseconds
 * @param maxLagMs a log is compacted whatever its ratio when something waits for longer, in
 *     milliseconds
 * @param deleteRetentionMs how long tombstones (records without a value) and the markers of
 *     transactions are still kept when they were compacted first, in milliseconds
 */
public record Compaction(
    double minDirtyRatio, long minLagMs, long maxLagMs, long deleteRetentionMs) {

  /** Kafka's defaults. */
  public static final Compaction DEFAULT =
      new Compaction(0.5, 0, Long.MAX_VALUE, 24L * 3600 * 1000);

  public Compaction {
    if (!(minDirtyRatio >= 0 && minDirtyRatio <= 1)) {
      throw new IllegalArgumentException("minDirtyRatio must be 0 to 1: " + minDirtyRatio);
    }
    if (minLagMs < 0 || maxLagMs < 1 || deleteRetentionMs < 0) {
      throw new IllegalArgumentException(
          "negative times: " + minLagMs + ", " + maxLagMs + ", " + deleteRetentionMs);
    }
  }
}

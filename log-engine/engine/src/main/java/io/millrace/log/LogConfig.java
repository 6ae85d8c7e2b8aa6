package io.millrace.log;

import org.jspecify.annotations.Nullable;

/**
 * How one log is kept. Immutable; validated when built.
 *
 * @param durability when a batch counts as durable
 * @param segmentBytes size at which a segment is closed and a new one begun; 1 KiB or more
 * @param segmentMs age of a segment's first record at which it is closed, in milliseconds
 * @param retentionMs records older than this may be deleted, in milliseconds; -1 for no limit
 * @param retentionBytes oldest segments are deleted while the log is larger; -1 for no limit
 * @param maxBatchBytes a larger batch is refused
 * @param compaction how the log is compacted; null when it is not
 */
public record LogConfig(
    Durability durability,
    int segmentBytes,
    long segmentMs,
    long retentionMs,
    long retentionBytes,
    int maxBatchBytes,
    @Nullable Compaction compaction) {

  /** Kafka's defaults, with {@link Durability#FSYNC} and without limits of retention. */
  public static final LogConfig DEFAULT =
      new LogConfig(Durability.FSYNC, 1 << 30, 7L * 24 * 3600 * 1000, -1, -1, 1024 * 1024 + 12);

  /** Of a log that is not compacted. */
  public LogConfig(
      Durability durability,
      int segmentBytes,
      long segmentMs,
      long retentionMs,
      long retentionBytes,
      int maxBatchBytes) {
    this(durability, segmentBytes, segmentMs, retentionMs, retentionBytes, maxBatchBytes, null);
  }

  public LogConfig {
    if (segmentBytes < 1024) {
      throw new IllegalArgumentException("segmentBytes must be at least 1024: " + segmentBytes);
    }
    if (segmentMs < 1) {
      throw new IllegalArgumentException("segmentMs must be positive: " + segmentMs);
    }
    if (maxBatchBytes < 1) {
      throw new IllegalArgumentException("maxBatchBytes must be positive: " + maxBatchBytes);
    }
  }

  public LogConfig withDurability(Durability other) {
    return new LogConfig(
        other, segmentBytes, segmentMs, retentionMs, retentionBytes, maxBatchBytes, compaction);
  }

  public LogConfig withSegmentBytes(int bytes) {
    return new LogConfig(
        durability, bytes, segmentMs, retentionMs, retentionBytes, maxBatchBytes, compaction);
  }

  public LogConfig withRetention(long ms, long bytes) {
    return new LogConfig(durability, segmentBytes, segmentMs, ms, bytes, maxBatchBytes, compaction);
  }

  public LogConfig withMaxBatchBytes(int bytes) {
    return new LogConfig(
        durability, segmentBytes, segmentMs, retentionMs, retentionBytes, bytes, compaction);
  }

  public LogConfig withCompaction(@Nullable Compaction how) {
    return new LogConfig(
        durability, segmentBytes, segmentMs, retentionMs, retentionBytes, maxBatchBytes, how);
  }
}

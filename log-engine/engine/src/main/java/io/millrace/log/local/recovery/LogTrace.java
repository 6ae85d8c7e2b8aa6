package io.millrace.log.local.recovery;

import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the journal has of one log. */
final class LogTrace {
  private final LogId id;
  private final TreeMap<Long, Long> journalled = new TreeMap<>();
  private @Nullable LogConfig config;
  private boolean deleted;
  private long startOffset;
  private long syncedOffset;

  LogTrace(LogId id) {
    this.id = id;
  }

  LogId id() {
    return id;
  }

  /** The newest configuration; null when the journal has none. */
  @Nullable LogConfig config() {
    return config;
  }

  void configured(LogConfig newest) {
    config = newest;
  }

  /** Records below are deleted; 0 when the journal says nothing of it. */
  long startOffset() {
    return startOffset;
  }

  void startsAt(long offset) {
    startOffset = Math.max(startOffset, offset);
  }

  /** Records below are synced in the segments; 0 when the journal says nothing of it. */
  long syncedOffset() {
    return syncedOffset;
  }

  void syncedTo(long offset) {
    syncedOffset = Math.max(syncedOffset, offset);
  }

  boolean isDeleted() {
    return deleted;
  }

  void markDeleted() {
    deleted = true;
  }

  void addBatches(long baseOffset, long nextOffset) {
    var before = journalled.floorEntry(baseOffset);
    if (before != null && before.getValue() >= baseOffset) {
      journalled.put(before.getKey(), Math.max(before.getValue(), nextOffset));
    } else {
      journalled.put(baseOffset, nextOffset);
    }
  }

  /** Whether the journal has all records of a range. */
  boolean covers(long fromOffset, long toOffset) {
    if (fromOffset >= toOffset) {
      return true;
    }
    var range = journalled.floorEntry(fromOffset);
    return range != null && range.getValue() >= toOffset;
  }
}

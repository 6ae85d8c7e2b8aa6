package io.millrace.log;

import java.util.UUID;

/**
 * Names one log for ever: an id is never used again after its log was deleted.
 *
 * @param group the topic's id, or a fixed id for a family of internal logs
 * @param index the partition, or the shard; 0 or more
 */
public record LogId(UUID group, int index) {
  public LogId {
    if (index < 0) {
      throw new IllegalArgumentException("index of a log must not be negative: " + index);
    }
  }

  @Override
  public String toString() {
    return group + "-" + index;
  }
}

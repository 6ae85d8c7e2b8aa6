package io.millrace.server.config;

import jakarta.validation.constraints.Min;

/**
 * Consumer groups.
 *
 * @param initialRebalanceDelayMs how long the first rebalance of an empty group waits for members
 * @param minSessionTimeoutMs shortest session a member may ask for
 * @param maxSessionTimeoutMs longest session a member may ask for
 * @param maxSize members of one group
 * @param offsetsRetentionMs how long committed offsets outlive the last member
 */
public record GroupsConfig(
    @Setting(
            value = "100",
            unit = "ms",
            meaning =
                "How long the first rebalance of an empty group waits for more members. Kafka"
                    + " waits 3 s; a tenth of a second unites what one application starts.")
        @Min(value = 0, message = "must be 0 or a time")
        int initialRebalanceDelayMs,
    @Setting(value = "6s", unit = "ms", meaning = "Shortest session that a member may ask for.")
        @Min(value = 1, message = "must be at least 1 ms")
        int minSessionTimeoutMs,
    @Setting(value = "30min", unit = "ms", meaning = "Longest session that a member may ask for.")
        @Min(value = 1, message = "must be at least 1 ms")
        int maxSessionTimeoutMs,
    @Setting(value = "2147483647", unit = "members", meaning = "Members that one group may have.")
        @Min(value = 1, message = "must be at least 1")
        int maxSize,
    @Setting(
            value = "7d",
            unit = "ms",
            meaning = "How long committed offsets outlive the last member of their group.")
        @Min(value = 1, message = "must be a time")
        long offsetsRetentionMs) {

  public GroupsConfig {
    if (minSessionTimeoutMs > maxSessionTimeoutMs) {
      throw new IllegalArgumentException(
          "groups.min-session-timeout-ms must not be above groups.max-session-timeout-ms");
    }
  }
}

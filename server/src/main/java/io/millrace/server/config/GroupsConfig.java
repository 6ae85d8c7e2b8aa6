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
 * @param consumerSessionTimeoutMs session of the members of groups of the new protocol
 * @param consumerHeartbeatIntervalMs how often such members send heartbeats
 * @param consumerMaxSize members of one such group
 * @param consumerAssignor the assignor of such groups when their members do not ask for one
 * @param consumerMigrationPolicy which groups with members may change their protocol
 * @param shareSessionTimeoutMs session of the members of share groups
 * @param shareHeartbeatIntervalMs how often such members send heartbeats
 * @param shareMaxSize members of one share group
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
        long offsetsRetentionMs,
    @Setting(
            value = "45s",
            unit = "ms",
            meaning =
                "How long a member of a group of the new protocol (KIP-848) may stay silent."
                    + " Kafka: `group.consumer.session.timeout.ms`.")
        @Min(value = 2, message = "must be at least 2 ms")
        int consumerSessionTimeoutMs,
    @Setting(
            value = "5s",
            unit = "ms",
            meaning =
                "How often members of such groups are told to send heartbeats. Kafka:"
                    + " `group.consumer.heartbeat.interval.ms`.")
        @Min(value = 1, message = "must be at least 1 ms")
        int consumerHeartbeatIntervalMs,
    @Setting(
            value = "1000",
            unit = "members",
            meaning =
                "Members that one such group may have. Kafka: `group.consumer.max.size`, which"
                    + " bounds nothing unless it is set.")
        @Min(value = 1, message = "must be at least 1")
        int consumerMaxSize,
    @Setting(
            value = "uniform",
            meaning =
                "The assignor of such groups whose members do not ask for one, `uniform` or"
                    + " `range`; both may be asked for. Kafka: `group.consumer.assignors`.")
        Assignor consumerAssignor,
    @Setting(
            value = "bidirectional",
            meaning =
                "Which groups with members may change their protocol: `upgrade` from the classic"
                    + " to the new one, `downgrade` back, `bidirectional` or `disabled`. Kafka:"
                    + " `group.consumer.migration.policy`.")
        Migration consumerMigrationPolicy,
    @Setting(
            value = "45s",
            unit = "ms",
            meaning =
                "How long a member of a share group (KIP-932) may stay silent. Kafka:"
                    + " `group.share.session.timeout.ms`.")
        @Min(value = 2, message = "must be at least 2 ms")
        int shareSessionTimeoutMs,
    @Setting(
            value = "5s",
            unit = "ms",
            meaning =
                "How often members of share groups are told to send heartbeats. Kafka:"
                    + " `group.share.heartbeat.interval.ms`.")
        @Min(value = 1, message = "must be at least 1 ms")
        int shareHeartbeatIntervalMs,
    @Setting(
            value = "1000",
            unit = "members",
            meaning =
                "Members that one share group may have. Kafka: `group.share.max.size`, 200 unless"
                    + " it is set.")
        @Min(value = 1, message = "must be at least 1")
        int shareMaxSize) {

  /** How partitions are shared out. */
  public enum Assignor {
    UNIFORM,
    RANGE
  }

  /** In which directions groups with members change their protocol. */
  public enum Migration {
    DISABLED,
    UPGRADE,
    DOWNGRADE,
    BIDIRECTIONAL
  }

  public GroupsConfig {
    if (minSessionTimeoutMs > maxSessionTimeoutMs) {
      throw new IllegalArgumentException(
          "groups.min-session-timeout-ms must not be above groups.max-session-timeout-ms");
    }
    if (consumerHeartbeatIntervalMs >= consumerSessionTimeoutMs) {
      throw new IllegalArgumentException(
          "groups.consumer-heartbeat-interval-ms must be below groups.consumer-session-timeout-ms");
    }
    if (shareHeartbeatIntervalMs >= shareSessionTimeoutMs) {
      throw new IllegalArgumentException(
          "groups.share-heartbeat-interval-ms must be below groups.share-session-timeout-ms");
    }
  }
}

package io.millrace.server.group;

/**
 * How consumer groups behave. Immutable; validated when built. Kafka's defaults but for the initial
 * delay.
 *
 * @param minSessionTimeoutMs the shortest session that a member may ask for, in milliseconds
 * @param maxSessionTimeoutMs the longest, in milliseconds
 * @param initialRebalanceDelayMs how long the first rebalance of an empty group waits for more
 *     members, in milliseconds; 0 for not at all. Kafka waits 3000; a tenth of a second already
 *     unites the members that one application starts
 * @param maxGroupSize members of a group, at most
 * @param maxOffsetMetadataBytes length of the text that may be kept with a committed offset
 * @param offsetsRetentionMs how long offsets outlive the last member of their group (KIP-211), in
 *     milliseconds
 * @param expiryCheckMs pause between two looks for offsets and groups that have expired, in
 *     milliseconds
 * @param consumer how groups of the new protocol differ
 * @param share how share groups differ
 */
public record GroupConfig(
    int minSessionTimeoutMs,
    int maxSessionTimeoutMs,
    int initialRebalanceDelayMs,
    int maxGroupSize,
    int maxOffsetMetadataBytes,
    long offsetsRetentionMs,
    long expiryCheckMs,
    ConsumerGroupConfig consumer,
    ShareGroupConfig share) {

  public static final GroupConfig DEFAULT =
      new GroupConfig(
          6_000,
          1_800_000,
          100,
          Integer.MAX_VALUE,
          4096,
          7L * 24 * 3600 * 1000,
          10 * 60 * 1000,
          ConsumerGroupConfig.DEFAULT,
          ShareGroupConfig.DEFAULT);

  public GroupConfig {
    if (minSessionTimeoutMs < 1 || maxSessionTimeoutMs < minSessionTimeoutMs) {
      throw new IllegalArgumentException(
          "session timeouts are positive, the least before the most");
    }
    if (initialRebalanceDelayMs < 0 || maxOffsetMetadataBytes < 0) {
      throw new IllegalArgumentException("delays and sizes of groups are not negative");
    }
    if (maxGroupSize < 1 || offsetsRetentionMs < 1 || expiryCheckMs < 1) {
      throw new IllegalArgumentException("limits of groups are positive");
    }
  }

  public GroupConfig withInitialRebalanceDelayMs(int delayMs) {
    return new GroupConfig(
        minSessionTimeoutMs,
        maxSessionTimeoutMs,
        delayMs,
        maxGroupSize,
        maxOffsetMetadataBytes,
        offsetsRetentionMs,
        expiryCheckMs,
        consumer,
        share);
  }

  public GroupConfig withMaxGroupSize(int size) {
    return new GroupConfig(
        minSessionTimeoutMs,
        maxSessionTimeoutMs,
        initialRebalanceDelayMs,
        size,
        maxOffsetMetadataBytes,
        offsetsRetentionMs,
        expiryCheckMs,
        consumer,
        share);
  }

  public GroupConfig withOffsetsRetention(long retentionMs, long checkMs) {
    return new GroupConfig(
        minSessionTimeoutMs,
        maxSessionTimeoutMs,
        initialRebalanceDelayMs,
        maxGroupSize,
        maxOffsetMetadataBytes,
        retentionMs,
        checkMs,
        consumer,
        share);
  }

  public GroupConfig withConsumer(ConsumerGroupConfig other) {
    return new GroupConfig(
        minSessionTimeoutMs,
        maxSessionTimeoutMs,
        initialRebalanceDelayMs,
        maxGroupSize,
        maxOffsetMetadataBytes,
        offsetsRetentionMs,
        expiryCheckMs,
        other,
        share);
  }

  public GroupConfig withShare(ShareGroupConfig other) {
    return new GroupConfig(
        minSessionTimeoutMs,
        maxSessionTimeoutMs,
        initialRebalanceDelayMs,
        maxGroupSize,
        maxOffsetMetadataBytes,
        offsetsRetentionMs,
        expiryCheckMs,
        consumer,
        other);
  }
}

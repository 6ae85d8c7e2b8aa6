package io.millrace.server.partition;

/**
 * How partitions behave. Immutable; validated when built.
 *
 * @param maxAppendsInFlight appends of one partition that may wait to become durable
 * @param maxWaiters readers that may wait for one partition
 * @param reopenDelayMs pause before a failed log is opened anew, in milliseconds
 * @param retentionCheckMs pause between two looks at what a cursor's progress lets go, in
 *     milliseconds
 */
public record PartitionConfig(
    int maxAppendsInFlight, int maxWaiters, long reopenDelayMs, long retentionCheckMs) {

  public static final PartitionConfig DEFAULT =
      new PartitionConfig(100_000, 100_000, 1000, 5 * 60 * 1000);

  public PartitionConfig {
    if (maxAppendsInFlight < 1 || maxWaiters < 1 || reopenDelayMs < 1 || retentionCheckMs < 1) {
      throw new IllegalArgumentException("every number of a partition's configuration is positive");
    }
  }
}

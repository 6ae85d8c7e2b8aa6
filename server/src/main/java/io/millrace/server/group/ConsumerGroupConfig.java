package io.millrace.server.group;

import io.millrace.server.group.assignor.PartitionAssignor;
import io.millrace.server.group.assignor.RangeAssignor;
import io.millrace.server.group.assignor.UniformAssignor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How groups of the new protocol (KIP-848) behave. Immutable; validated when built. Kafka's
 * defaults, but for the size, which Kafka does not bound.
 *
 * @param sessionTimeoutMs how long a member may stay silent, in milliseconds
 * @param heartbeatIntervalMs how often members are told to send heartbeats, in milliseconds; below
 *     the session timeout
 * @param maxSize members of a group, at most
 * @param assignors that members may ask for; the first is for groups whose members do not care
 */
public record ConsumerGroupConfig(
    int sessionTimeoutMs,
    int heartbeatIntervalMs,
    int maxSize,
    List<PartitionAssignor> assignors,
    MigrationPolicy migration) {

  public static final ConsumerGroupConfig DEFAULT =
      new ConsumerGroupConfig(
          45_000,
          5_000,
          1_000,
          List.of(new UniformAssignor(), new RangeAssignor()),
          MigrationPolicy.BIDIRECTIONAL);

  public ConsumerGroupConfig {
    if (heartbeatIntervalMs < 1 || sessionTimeoutMs <= heartbeatIntervalMs) {
      throw new IllegalArgumentException("a session is longer than the pause between heartbeats");
    }
    if (maxSize < 1) {
      throw new IllegalArgumentException("limits of groups are positive");
    }
    if (assignors.isEmpty()) {
      throw new IllegalArgumentException("there is at least one assignor");
    }
    assignors = List.copyOf(assignors);
  }

  public ConsumerGroupConfig withMigration(MigrationPolicy policy) {
    return new ConsumerGroupConfig(
        sessionTimeoutMs, heartbeatIntervalMs, maxSize, assignors, policy);
  }

  public ConsumerGroupConfig withMaxSize(int size) {
    return new ConsumerGroupConfig(
        sessionTimeoutMs, heartbeatIntervalMs, size, assignors, migration);
  }

  public ConsumerGroupConfig withSession(int timeoutMs, int intervalMs) {
    return new ConsumerGroupConfig(timeoutMs, intervalMs, maxSize, assignors, migration);
  }

  /** The names of the assignors, the preferred one first. */
  List<String> assignorNames() {
    return assignors.stream().map(PartitionAssignor::name).toList();
  }

  /** The assignor of that name; null when there is none. */
  @Nullable PartitionAssignor assignor(String name) {
    return assignors.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
  }
}

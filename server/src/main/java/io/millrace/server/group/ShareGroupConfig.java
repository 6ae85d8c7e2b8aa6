package io.millrace.server.group;

/**
 * How share groups (KIP-932) behave, where their own settings say nothing else. Immutable;
 * validated when built. Kafka's defaults, but for the size, which is 200 with Kafka.
 *
 * @param sessionTimeoutMs how long a member may stay silent, in milliseconds
 * @param heartbeatIntervalMs how often members are told to send heartbeats, in milliseconds; below
 *     the session timeout
 * @param maxSize members of a group, at most
 */
public record ShareGroupConfig(int sessionTimeoutMs, int heartbeatIntervalMs, int maxSize) {
  public static final ShareGroupConfig DEFAULT = new ShareGroupConfig(45_000, 5_000, 1_000);

  public ShareGroupConfig {
    if (heartbeatIntervalMs < 1 || sessionTimeoutMs <= heartbeatIntervalMs) {
      throw new IllegalArgumentException("a session is longer than the pause between heartbeats");
    }
    if (maxSize < 1) {
      throw new IllegalArgumentException("limits of groups are positive");
    }
  }

  public ShareGroupConfig withMaxSize(int size) {
    return new ShareGroupConfig(sessionTimeoutMs, heartbeatIntervalMs, size);
  }

  public ShareGroupConfig withSession(int timeoutMs, int intervalMs) {
    return new ShareGroupConfig(timeoutMs, intervalMs, maxSize);
  }
}

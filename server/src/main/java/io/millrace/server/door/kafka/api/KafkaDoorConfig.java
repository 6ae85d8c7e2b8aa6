package io.millrace.server.door.kafka.api;

/**
 * How the Kafka door presents the server. Immutable; validated when built.
 *
 * @param nodeId the broker's id in metadata
 * @param clusterId the cluster's id in metadata
 * @param advertisedHost the host that clients are told to connect to; empty for the address at
 *     which the asking client has reached the server
 * @param advertisedPort likewise; 0 for the port that the asking client has reached
 * @param maxFetchBytes bytes of records in one response to a fetch, unless one batch is larger
 * @param maxFetchSessionPartitions partitions that the fetch sessions of all connections may
 *     remember
 * @param anyReplicationFactor whether topics may be created with any replication factor, though
 *     there is one replica
 */
public record KafkaDoorConfig(
    int nodeId,
    String clusterId,
    String advertisedHost,
    int advertisedPort,
    int maxFetchBytes,
    int maxFetchSessionPartitions,
    boolean anyReplicationFactor) {

  private static final int MIB = 1 << 20;

  public KafkaDoorConfig {
    if (nodeId < 0) {
      throw new IllegalArgumentException("nodeId must not be negative: " + nodeId);
    }
    if (clusterId.isEmpty()) {
      throw new IllegalArgumentException("clusterId must not be empty");
    }
    if (advertisedPort < 0 || advertisedPort > 65_535) {
      throw new IllegalArgumentException(
          "advertisedPort must be between 0 and 65535: " + advertisedPort);
    }
    if (maxFetchBytes < 1 || maxFetchSessionPartitions < 0) {
      throw new IllegalArgumentException("limits of fetches must be positive");
    }
  }

  /** The usual limits, for clients that reach the server directly. */
  public static KafkaDoorConfig of(String clusterId) {
    return new KafkaDoorConfig(1, clusterId, "", 0, 55 * MIB, 200_000, false);
  }

  public KafkaDoorConfig withAdvertised(String host, int port) {
    return new KafkaDoorConfig(
        nodeId,
        clusterId,
        host,
        port,
        maxFetchBytes,
        maxFetchSessionPartitions,
        anyReplicationFactor);
  }

  public KafkaDoorConfig withAnyReplicationFactor(boolean any) {
    return new KafkaDoorConfig(
        nodeId,
        clusterId,
        advertisedHost,
        advertisedPort,
        maxFetchBytes,
        maxFetchSessionPartitions,
        any);
  }
}

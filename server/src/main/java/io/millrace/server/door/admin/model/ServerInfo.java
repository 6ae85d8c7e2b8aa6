package io.millrace.server.door.admin.model;

/**
 * The server.
 *
 * @param endpoint where JMS and Kafka clients connect
 * @param startedAtMs milliseconds since the epoch
 * @param state ready, or why it is not
 */
public record ServerInfo(
    String version,
    String clusterId,
    int nodeId,
    String endpoint,
    String dataDirectory,
    int shards,
    long startedAtMs,
    long uptimeMs,
    String state,
    String javaVersion,
    long heapUsedBytes,
    long heapMaxBytes) {}

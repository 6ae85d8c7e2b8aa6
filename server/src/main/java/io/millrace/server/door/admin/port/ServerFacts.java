package io.millrace.server.door.admin.port;

/**
 * What the server says about itself.
 *
 * @param endpoint where JMS and Kafka clients connect, {@code host:port}
 * @param startedAtMs when it began to serve, milliseconds since the epoch
 */
public record ServerFacts(
    String version,
    String clusterId,
    int nodeId,
    String endpoint,
    String dataDirectory,
    int shards,
    long startedAtMs) {}

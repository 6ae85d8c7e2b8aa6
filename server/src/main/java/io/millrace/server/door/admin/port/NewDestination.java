package io.millrace.server.door.admin.port;

import java.util.Map;

/**
 * A destination to be made.
 *
 * @param kind {@link DestinationKind#QUEUE} or {@link DestinationKind#TOPIC}
 * @param partitions 1 or more
 * @param config settings by their Kafka or {@code millrace.} names
 */
public record NewDestination(
    String name, DestinationKind kind, int partitions, Map<String, String> config) {
  public NewDestination {
    config = Map.copyOf(config);
  }
}

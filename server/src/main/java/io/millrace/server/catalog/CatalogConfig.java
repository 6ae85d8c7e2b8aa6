package io.millrace.server.catalog;

import java.util.Map;

/**
 * How the catalogue makes topics. Immutable; validated when built.
 *
 * @param autoCreate whether a topic that somebody writes to or reads from, but that does not exist,
 *     is created
 * @param defaultPartitions partitions of a topic whose creator names no number; queues get one
 * @param maxPartitions partitions of all topics together, at most
 * @param topicDefaults settings that all topics have unless their own differ, by name
 */
public record CatalogConfig(
    boolean autoCreate,
    int defaultPartitions,
    int maxPartitions,
    Map<String, String> topicDefaults) {

  public static final CatalogConfig DEFAULT = new CatalogConfig(true, 1, 100_000, Map.of());

  public CatalogConfig {
    if (defaultPartitions < 1 || maxPartitions < 1) {
      throw new IllegalArgumentException("numbers of partitions are at least 1");
    }
    TopicConfigs.check(topicDefaults);
    topicDefaults = Map.copyOf(topicDefaults);
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.catalog.TopicConfigs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The broker's settings under the names that Kafka's clients and tools look for. Only what is true
 * of this server is in it.
 *
 * @param autoCreateTopics whether topics that are asked for are created
 * @param defaultPartitions partitions of a topic whose creator names no number
 * @param others of groups and transactions, by their names
 */
public record BrokerSettings(
    boolean autoCreateTopics,
    int defaultPartitions,
    TopicConfigs topicDefaults,
    Map<String, String> others) {

  public BrokerSettings(
      boolean autoCreateTopics, int defaultPartitions, TopicConfigs topicDefaults) {
    this(autoCreateTopics, defaultPartitions, topicDefaults, Map.of());
  }

  /** Values by name, in a stable order. */
  Map<String, String> of(Node node) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("broker.id", Integer.toString(node.id()));
    settings.put("node.id", Integer.toString(node.id()));
    settings.put("advertised.listeners", "PLAINTEXT://" + node.host() + ":" + node.port());
    settings.put("auto.create.topics.enable", Boolean.toString(autoCreateTopics));
    settings.put("num.partitions", Integer.toString(defaultPartitions));
    settings.put("default.replication.factor", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("delete.topic.enable", "true");
    putDefault(settings, "min.insync.replicas", TopicConfigKeys.MIN_INSYNC_REPLICAS);
    putDefault(settings, "message.max.bytes", TopicConfigKeys.MAX_MESSAGE_BYTES);
    putDefault(settings, "log.cleanup.policy", TopicConfigKeys.CLEANUP_POLICY);
    putDefault(settings, "log.retention.ms", TopicConfigKeys.RETENTION_MS);
    putDefault(settings, "log.retention.bytes", TopicConfigKeys.RETENTION_BYTES);
    putDefault(settings, "log.segment.bytes", TopicConfigKeys.SEGMENT_BYTES);
    putDefault(settings, "log.roll.ms", TopicConfigKeys.SEGMENT_MS);
    putDefault(settings, "log.message.timestamp.type", TopicConfigKeys.MESSAGE_TIMESTAMP_TYPE);
    new TreeMap<>(others).forEach(settings::put);
    return settings;
  }

  private void putDefault(Map<String, String> settings, String name, String topicName) {
    settings.put(name, topicDefaults.defaultValue(topicName));
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKey;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.catalog.TopicConfigs;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;

/** The settings of topics as Kafka's admin clients show them. Any thread. */
final class TopicConfigEntries {

  /**
   * A value and where it comes from.
   *
   * @param name the setting's name in this layer
   */
  record Layer(String name, String value, ConfigSource source) {}

  /**
   * One setting of one topic.
   *
   * @param layers every value that is set for it, the one in force first
   */
  record Entry(TopicConfigKey key, List<Layer> layers) {
    String name() {
      return key.name();
    }

    String value() {
      return layers.get(0).value();
    }

    ConfigSource source() {
      return layers.get(0).source();
    }

    ConfigType type() {
      return switch (key.type()) {
        case BOOLEAN -> ConfigType.BOOLEAN;
        case STRING -> ConfigType.STRING;
        case INT -> ConfigType.INT;
        case LONG -> ConfigType.LONG;
        case DOUBLE -> ConfigType.DOUBLE;
        case LIST -> ConfigType.LIST;
      };
    }
  }

  private final TopicConfigs configs;

  TopicConfigEntries(TopicConfigs configs) {
    this.configs = configs;
  }

  List<Entry> of(Topic topic) {
    List<Entry> entries = new ArrayList<>();
    for (TopicConfigKey key : TopicConfigKeys.all()) {
      entries.add(new Entry(key, layers(topic, key)));
    }
    return entries;
  }

  private List<Layer> layers(Topic topic, TopicConfigKey key) {
    List<Layer> layers = new ArrayList<>();
    String own = topic.config().get(key.name());
    if (own != null) {
      layers.add(new Layer(key.name(), own, ConfigSource.TOPIC_CONFIG));
    }
    if (configs.isServerDefault(key.name())) {
      layers.add(
          new Layer(
              key.name(), configs.defaultValue(key.name()), ConfigSource.STATIC_BROKER_CONFIG));
    }
    layers.add(new Layer(key.name(), key.defaultValue(), ConfigSource.DEFAULT_CONFIG));
    String inForce = configs.value(topic, key.name());
    if (!layers.get(0).value().equals(inForce)) {
      layers.add(0, new Layer(key.name(), inForce, ConfigSource.DEFAULT_CONFIG));
    }
    return layers;
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.server.catalog.TopicConfigKey;
import io.millrace.server.door.kafka.api.TopicConfigEntries.Entry;
import io.millrace.server.door.kafka.api.TopicConfigEntries.Layer;
import io.millrace.server.group.settings.GroupSettingsView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;

/** The settings of groups as Kafka's admin clients show them. Any thread. */
final class GroupConfigEntries {
  private final GroupSettingsView settings;

  GroupConfigEntries(GroupSettingsView settings) {
    this.settings = settings;
  }

  /** All settings of a group, whether it exists or not. */
  List<Entry> of(String groupId) {
    Map<String, String> own = settings.of(groupId);
    List<Entry> entries = new ArrayList<>();
    for (TopicConfigKey key : settings.keys().all()) {
      List<Layer> layers = new ArrayList<>();
      String value = own.get(key.name());
      if (value != null) {
        layers.add(new Layer(key.name(), value, ConfigSource.GROUP_CONFIG));
      }
      layers.add(new Layer(key.name(), key.defaultValue(), ConfigSource.DEFAULT_CONFIG));
      entries.add(new Entry(key, layers));
    }
    return entries;
  }
}

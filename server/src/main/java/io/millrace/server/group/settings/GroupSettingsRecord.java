package io.millrace.server.group.settings;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of a group from here on, as a whole.
 *
 * @param settings what differs from the defaults, by name; empty: the group has none
 */
record GroupSettingsRecord(String groupId, Map<String, String> settings) implements StateRecord {
  static final RecordType TYPE = new RecordType(45, "group-settings", 1, GroupSettingsRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public long weight() {
    long bytes = groupId.length();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      bytes += setting.getKey().length() + setting.getValue().length();
    }
    return bytes;
  }

  @Override
  public void write(StateWriter out) {
    out.putString(groupId);
    out.putInt(settings.size());
    new TreeMap<>(settings)
        .forEach(
            (name, value) -> {
              out.putString(name);
              out.putString(value);
            });
  }

  private static GroupSettingsRecord read(StateReader in, int version) {
    String groupId = in.getString();
    int count = in.getCount();
    Map<String, String> settings = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String name = in.getString();
      settings.put(name, in.getString());
    }
    return new GroupSettingsRecord(groupId, settings);
  }
}

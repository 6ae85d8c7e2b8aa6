package io.millrace.server.group.settings;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of groups that were made, as far as that is durable, and what they come to. Any
 * thread reads; only {@link GroupSettings}, on the thread of shard 0, changes it. It goes on to
 * show the last known settings while shard 0 recovers.
 */
public final class GroupSettingsView {
  private final GroupSettingKeys keys;
  private final Map<String, Map<String, String>> byGroup = new ConcurrentHashMap<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  public GroupSettingsView(GroupSettingKeys keys) {
    this.keys = keys;
  }

  /** Which settings there are. */
  public GroupSettingKeys keys() {
    return keys;
  }

  /** What was set for a group, by name; empty when nothing was. */
  public Map<String, String> of(String groupId) {
    return byGroup.getOrDefault(groupId, Map.of());
  }

  /** What a setting of a group comes to. */
  public String value(String groupId, String name) {
    @Nullable String own = of(groupId).get(name);
    return own == null ? keys.get(name).defaultValue() : own;
  }

  public int intValue(String groupId, String name) {
    return Integer.parseInt(value(groupId, name).trim());
  }

  public boolean isTrue(String groupId, String name) {
    return Boolean.parseBoolean(value(groupId, name));
  }

  /** The groups that have settings; a copy. */
  public Collection<String> groups() {
    return Set.copyOf(byGroup.keySet());
  }

  /**
   * Tells {@code listener} of each group whose settings change from now on, on shard 0's thread.
   */
  public void addListener(Consumer<String> listener) {
    listeners.add(listener);
  }

  // ---- for the machine

  void put(String groupId, Map<String, String> settings) {
    Map<String, String> before =
        settings.isEmpty() ? byGroup.remove(groupId) : byGroup.put(groupId, Map.copyOf(settings));
    if (!settings.equals(before == null ? Map.of() : before)) {
      listeners.forEach(listener -> listener.accept(groupId));
    }
  }

  /** Shows exactly these. */
  void reset(Map<String, Map<String, String>> all) {
    for (String known : new HashSet<>(byGroup.keySet())) {
      if (!all.containsKey(known)) {
        put(known, Map.of());
      }
    }
    all.forEach(this::put);
  }
}

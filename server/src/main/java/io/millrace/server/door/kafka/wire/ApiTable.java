package io.millrace.server.door.kafka.wire;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The APIs that are served, by key. Immutable once filled; any thread. */
public final class ApiTable {
  private final Map<Short, Api<?>> apis = new LinkedHashMap<>();

  public ApiTable(Collection<? extends Api<?>> served) {
    for (Api<?> api : served) {
      if (apis.put(api.key().id, api) != null) {
        throw new IllegalArgumentException(api.key() + " is served twice");
      }
    }
  }

  /** All, in the order in which they were given. */
  public Collection<Api<?>> all() {
    return java.util.Collections.unmodifiableCollection(apis.values());
  }

  @Nullable Api<?> find(short key) {
    return apis.get(key);
  }
}

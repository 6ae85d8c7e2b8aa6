package io.millrace.server.group.assignor;

import java.util.Map;
import java.util.Objects;

/** Looks up what must be there. */
final class Known {
  private Known() {}

  static <K, V> V get(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }
}

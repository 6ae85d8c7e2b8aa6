package io.millrace.server.quota;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The quotas that there are, as far as that is durable. Any thread reads; only {@link Quotas}, on
 * the thread of shard 0, changes it. It goes on to show the last known quotas while shard 0
 * recovers.
 */
public final class QuotaView {
  /** In the order in which they came; the thread of shard 0 only. */
  private final Map<QuotaEntity, Map<QuotaKey, Double>> entities = new LinkedHashMap<>();

  private final List<Consumer<QuotaTable>> listeners = new CopyOnWriteArrayList<>();
  private volatile QuotaTable table = QuotaTable.EMPTY;

  /** All quotas, as they were at one moment. */
  public QuotaTable table() {
    return table;
  }

  /** Tells {@code listener} of each change from now on, on shard 0's thread. */
  void addListener(Consumer<QuotaTable> listener) {
    listeners.add(listener);
  }

  /** Quotas of some entities; of an empty map the entity has none. */
  void change(Map<QuotaEntity, Map<QuotaKey, Double>> changed) {
    if (changed.isEmpty()) {
      return;
    }
    changed.forEach(
        (entity, values) -> {
          if (values.isEmpty()) {
            entities.remove(entity);
          } else {
            entities.put(entity, values);
          }
        });
    publish();
  }

  void reset(Map<QuotaEntity, Map<QuotaKey, Double>> all) {
    entities.clear();
    entities.putAll(all);
    publish();
  }

  private void publish() {
    QuotaTable published = new QuotaTable(entities);
    table = published;
    listeners.forEach(listener -> listener.accept(published));
  }
}

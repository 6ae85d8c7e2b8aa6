package io.millrace.server.partition;

import io.millrace.log.LogId;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The views of all partitions that are open, of all shards. Any thread. */
public final class PartitionDirectory {
  private final Map<LogId, PartitionView> views = new ConcurrentHashMap<>();

  /** The view of an open partition; null when it is not open now. */
  public @Nullable PartitionView find(LogId id) {
    return views.get(id);
  }

  /** All open partitions, in no order; a live view. */
  public Collection<PartitionView> all() {
    return Collections.unmodifiableCollection(views.values());
  }

  void put(PartitionView view) {
    views.put(view.id(), view);
  }

  void remove(PartitionView view) {
    views.remove(view.id(), view);
  }
}

package io.millrace.server.catalog;

import io.millrace.log.LogId;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The topics that exist, as far as that is durable. Any thread reads; only the catalogue, on the
 * thread of shard 0, changes it. It goes on to show the last known topics while shard 0 recovers
 * from a failure.
 */
public final class CatalogView {
  private final TopicConfigs configs;
  private final Map<String, Topic> byName = new ConcurrentHashMap<>();
  private final Map<UUID, Topic> byId = new ConcurrentHashMap<>();
  private final List<CatalogListener> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable UUID clusterId;

  public CatalogView(TopicConfigs configs) {
    this.configs = configs;
  }

  /** What settings come to. */
  public TopicConfigs configs() {
    return configs;
  }

  /**
   * Names this cluster for ever.
   *
   * @throws IllegalStateException before the catalogue has recovered
   */
  public UUID clusterId() {
    UUID id = clusterId;
    if (id == null) {
      throw new IllegalStateException("the catalogue has not recovered yet");
    }
    return id;
  }

  public @Nullable Topic find(String name) {
    return byName.get(name);
  }

  public @Nullable Topic find(UUID id) {
    return byId.get(id);
  }

  /**
   * The topic of this name.
   *
   * @throws CatalogException {@link CatalogException.Reason#UNKNOWN_TOPIC}
   */
  public Topic get(String name) {
    Topic topic = byName.get(name);
    if (topic == null) {
      throw CatalogException.unknownTopic(name);
    }
    return topic;
  }

  /**
   * The topic of a partition that exists.
   *
   * @throws CatalogException {@link CatalogException.Reason#UNKNOWN_TOPIC} or {@link
   *     CatalogException.Reason#UNKNOWN_PARTITION}
   */
  public Topic topicOf(LogId partition) {
    Topic topic = byId.get(partition.group());
    if (topic == null) {
      throw CatalogException.unknownTopic(partition.group());
    }
    if (!topic.hasPartition(partition.index())) {
      throw CatalogException.unknownPartition(topic, partition.index());
    }
    return topic;
  }

  /** All topics, in no order; a live view. */
  public Collection<Topic> topics() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /** Tells {@code listener} of every change from now on. */
  public void addListener(CatalogListener listener) {
    listeners.add(listener);
  }

  public void removeListener(CatalogListener listener) {
    listeners.remove(listener);
  }

  // ---- for the catalogue

  void setClusterId(UUID id) {
    clusterId = id;
  }

  void put(Topic topic) {
    Topic before = byId.put(topic.id(), topic);
    byName.put(topic.name(), topic);
    if (before == null) {
      listeners.forEach(listener -> listener.onCreated(topic));
    } else if (!before.equals(topic)) {
      listeners.forEach(listener -> listener.onChanged(before, topic));
    }
  }

  void remove(Topic topic) {
    Topic before = byId.remove(topic.id());
    if (before != null) {
      // The name may belong to a newer topic by now.
      byName.computeIfPresent(
          topic.name(), (name, named) -> named.id().equals(topic.id()) ? null : named);
      listeners.forEach(listener -> listener.onDeleted(before));
    }
  }

  /** Shows exactly these topics, telling the listeners what that changes. */
  void reset(Collection<Topic> topics) {
    Set<UUID> kept = new HashSet<>();
    topics.forEach(topic -> kept.add(topic.id()));
    for (Topic known : List.copyOf(byId.values())) {
      if (!kept.contains(known.id())) {
        remove(known);
      }
    }
    topics.forEach(this::put);
  }
}

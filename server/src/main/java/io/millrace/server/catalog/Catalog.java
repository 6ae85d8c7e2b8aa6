package io.millrace.server.catalog;

import io.millrace.kernel.Randomness;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.Decision;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which topics exist. What it decided is shown in the {@link CatalogView} when it is
 * durable. The thread of shard 0.
 *
 * <p>The logs of a deleted topic are deleted by those who listen to the view; what a crash leaves
 * of that is found by those who look for logs of unknown topics when the catalogue has recovered.
 */
public final class Catalog implements StateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

  private final Shard<?> shard;
  private final CatalogConfig config;
  private final CatalogView view;
  private final Randomness randomness;
  private final Consumer<Boolean> recovered;
  private final Map<String, Entry> byName = new HashMap<>();
  private final Map<UUID, Entry> byId = new HashMap<>();
  private int partitions;
  private @Nullable UUID clusterId;

  /**
   * An empty catalogue.
   *
   * @param view outlives this object: shows the last known topics while the shard recovers
   * @param recovered told when the catalogue and its view are complete; true when the catalogue was
   *     empty because it has just been made
   */
  public Catalog(
      Shard<?> shard,
      CatalogConfig config,
      CatalogView view,
      Randomness randomness,
      Consumer<Boolean> recovered) {
    this.shard = shard;
    this.config = config;
    this.view = view;
    this.randomness = randomness;
    this.recovered = recovered;
  }

  /** A topic's place in the sweep; gone when the topic is. */
  private final class Entry implements Aggregate {
    private Topic topic;

    Entry(Topic topic) {
      this.topic = topic;
    }

    @Override
    public boolean live() {
      return byId.get(topic.id()) == this;
    }

    @Override
    public void snapshot(Consumer<StateRecord> out) {
      out.accept(new TopicRecord(topic));
    }
  }

  private final class Cluster implements Aggregate {
    @Override
    public boolean live() {
      return clusterId != null;
    }

    @Override
    public void snapshot(Consumer<StateRecord> out) {
      UUID id = clusterId;
      if (id != null) {
        out.accept(new ClusterRecord(id));
      }
    }
  }

  // ---- requests

  /** Creates a topic; fails with TOPIC_EXISTS when there is one of that name. */
  public void create(TopicSpec spec, Reply<Topic> reply) {
    change(
        () -> {
          if (byName.containsKey(spec.name())) {
            throw new CatalogException(
                CatalogException.Reason.TOPIC_EXISTS,
                "there is already a topic or queue named " + spec.name());
          }
          return created(spec);
        },
        reply);
  }

  /** The topic of that name, of whatever kind; created when there is none. */
  public void ensure(TopicSpec spec, Reply<Topic> reply) {
    change(
        () -> {
          Entry known = byName.get(spec.name());
          return known == null ? created(spec) : Decision.answer(known.topic);
        },
        reply);
  }

  /** Checks what {@link #create} would do and changes nothing. */
  public Topic validate(TopicSpec spec) {
    if (byName.containsKey(spec.name())) {
      throw new CatalogException(
          CatalogException.Reason.TOPIC_EXISTS,
          "there is already a topic or queue named " + spec.name());
    }
    return toTopic(spec);
  }

  /** Deletes a topic with everything in it. */
  public void delete(UUID id, Reply<Topic> reply) {
    Entry known = byId.get(id);
    if (known == null) {
      reply.fail(CatalogException.unknownTopic(id));
      return;
    }
    Topic topic = known.topic;
    shard.decide(
        () -> Decision.of(new TopicDeletedRecord(id), topic),
        then(reply, deleted -> view.remove(deleted)));
  }

  /** Raises the number of partitions to {@code count}. */
  public void createPartitions(UUID id, int count, Reply<Topic> reply) {
    change(
        () -> {
          Topic changed = withPartitions(get(id), count);
          return Decision.of(new TopicRecord(changed), changed);
        },
        reply);
  }

  /** Checks what {@link #createPartitions} would do and changes nothing. */
  public Topic validatePartitions(UUID id, int count) {
    return withPartitions(get(id), count);
  }

  /**
   * Changes settings.
   *
   * @param changes by name; null takes a setting back to its default
   */
  public void alterConfig(UUID id, Map<String, @Nullable String> changes, Reply<Topic> reply) {
    change(
        () -> {
          Topic changed = withConfig(get(id), changes);
          return Decision.of(new TopicRecord(changed), changed);
        },
        reply);
  }

  /** Checks what {@link #alterConfig} would do and changes nothing. */
  public Topic validateConfig(UUID id, Map<String, @Nullable String> changes) {
    return withConfig(get(id), changes);
  }

  private void change(Supplier<Decision<Topic>> handler, Reply<Topic> reply) {
    shard.decide(handler, then(reply, view::put));
  }

  /** The view shows a change before the one who asked for it hears of it. */
  private static Reply<Topic> then(Reply<Topic> reply, Consumer<Topic> publish) {
    return new Reply<>() {
      @Override
      public void ok(Topic topic) {
        publish.accept(topic);
        reply.ok(topic);
      }

      @Override
      public void fail(RuntimeException error) {
        reply.fail(error);
      }
    };
  }

  private Decision<Topic> created(TopicSpec spec) {
    Topic topic = toTopic(spec);
    return Decision.of(new TopicRecord(topic), topic);
  }

  private Topic toTopic(TopicSpec spec) {
    TopicNames.check(spec.name());
    TopicConfigs.check(spec.config());
    int count = spec.partitions();
    if (count == TopicSpec.DEFAULT_PARTITIONS) {
      count = spec.kind() == TopicKind.TOPIC ? config.defaultPartitions() : 1;
    }
    if (count < 1) {
      throw new CatalogException(
          CatalogException.Reason.INVALID_PARTITIONS,
          "a topic has at least one partition, not " + count);
    }
    checkLimit(count);
    return new Topic(
        randomness.nextUuid(),
        spec.name(),
        spec.kind(),
        count,
        spec.config(),
        spec.owner(),
        shard.clock().wallMs());
  }

  private void checkLimit(int more) {
    if (more > config.maxPartitions() - partitions) {
      throw new CatalogException(
          CatalogException.Reason.LIMIT_REACHED,
          "the server holds "
              + partitions
              + " partitions and may hold "
              + config.maxPartitions()
              + "; delete topics or raise the limit");
    }
  }

  private Topic withPartitions(Topic topic, int count) {
    if (count <= topic.partitions()) {
      throw new CatalogException(
          CatalogException.Reason.INVALID_PARTITIONS,
          "topic "
              + topic.name()
              + " has "
              + topic.partitions()
              + " partitions; their number can only grow, and "
              + count
              + " is not more");
    }
    checkLimit(count - topic.partitions());
    return topic.withPartitions(count);
  }

  private static Topic withConfig(Topic topic, Map<String, @Nullable String> changes) {
    Map<String, String> changed = new HashMap<>(topic.config());
    changes.forEach(
        (name, value) -> {
          TopicConfigKey key = TopicConfigKeys.get(name);
          if (value == null) {
            changed.remove(name);
          } else {
            key.check(value);
            changed.put(name, value);
          }
        });
    TopicConfigs.checkTogether(changed);
    return topic.withConfig(changed);
  }

  private Topic get(UUID id) {
    Entry known = byId.get(id);
    if (known == null) {
      throw CatalogException.unknownTopic(id);
    }
    return known.topic;
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(TopicRecord.TYPE, TopicDeletedRecord.TYPE, ClusterRecord.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    if (record instanceof TopicRecord put) {
      replay(put.topic());
    } else if (record instanceof TopicDeletedRecord deleted) {
      Entry entry = byId.remove(deleted.id());
      if (entry != null) {
        byName.remove(entry.topic.name());
        partitions -= entry.topic.partitions();
      }
    } else if (record instanceof ClusterRecord cluster) {
      clusterId = cluster.id();
    } else {
      throw new IllegalArgumentException("not a record of the catalogue: " + record);
    }
  }

  private void replay(Topic topic) {
    Entry entry = byId.get(topic.id());
    if (entry == null) {
      entry = new Entry(topic);
      byId.put(topic.id(), entry);
      byName.put(topic.name(), entry);
    } else {
      partitions -= entry.topic.partitions();
      entry.topic = topic;
    }
    partitions += topic.partitions();
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    List<Aggregate> all = new ArrayList<>(byId.values());
    all.add(new Cluster());
    return all;
  }

  @Override
  public void onRecovered() {
    List<Topic> topics = new ArrayList<>();
    byId.values().forEach(entry -> topics.add(entry.topic));
    view.reset(topics);
    UUID known = clusterId;
    if (known != null) {
      ready(known, false);
    } else {
      UUID drawn = randomness.nextUuid();
      shard.decide(() -> Decision.of(new ClusterRecord(drawn), drawn), whenNamed());
    }
  }

  private Reply<UUID> whenNamed() {
    return new Reply<>() {
      @Override
      public void ok(UUID id) {
        ready(id, true);
      }

      @Override
      public void fail(RuntimeException error) {
        // The shard has failed and will be opened and recovered again, which comes back here.
        LOG.info("the new cluster has no id yet: {}", error.getMessage());
      }
    };
  }

  private void ready(UUID id, boolean fresh) {
    view.setClusterId(id);
    recovered.accept(fresh);
  }
}

package io.millrace.server.partition;

import io.millrace.kernel.Failures;
import io.millrace.kernel.Timers;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.Store;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open partitions of one shard, each opened at its first use. Keeps nothing in the state log:
 * the partitions' own logs hold everything. The shard's thread.
 */
public final class Partitions implements StateMachine {
  private final CatalogView catalog;
  private final PartitionContext context;
  private final Map<LogId, Partition> open = new HashMap<>();
  private final Map<LogId, List<RetentionHold>> holds = new HashMap<>();
  private final HeldRetention retention;
  private Timers.@Nullable Timer retentionTimer;

  /**
   * No partition is open.
   *
   * @param directory where the views of open partitions are shown to all threads
   */
  public Partitions(
      Shard<?> shard,
      Store store,
      CatalogView catalog,
      PartitionDirectory directory,
      PartitionConfig config) {
    this.catalog = catalog;
    this.context = new PartitionContext(shard, store, directory, config);
    this.retention = new HeldRetention(catalog, shard.clock());
  }

  /**
   * The partition, opening it if need be.
   *
   * @throws CatalogException when the catalogue has no such partition
   */
  public Partition get(LogId id) {
    Partition known = open.get(id);
    if (known != null) {
      return known;
    }
    Topic topic = catalog.topicOf(id);
    Partition opened =
        new Partition(id, context, logConfig(topic, id), catalog.configs().logAppendTime(topic));
    open.put(id, opened);
    opened.open();
    return opened;
  }

  /** Gives the partition when it is open. */
  public void open(LogId id, Consumer<Partition> action, Consumer<RuntimeException> fail) {
    Partition partition;
    try {
      partition = get(id);
    } catch (CatalogException e) {
      fail.accept(e);
      return;
    }
    partition.whenOpen(action, fail);
  }

  /** Appends batches and answers when they are durable; see {@link Partition#append}. */
  public void append(
      LogId id, ByteBuffer batches, AppendOptions options, Reply<AppendResult> reply) {
    Partition partition;
    try {
      partition = get(id);
    } catch (CatalogException e) {
      reply.fail(e);
      return;
    }
    partition.append(batches, options, reply);
  }

  /**
   * From now on retention deletes only records below {@code hold}'s floor. To be called when a
   * cursor is created, and in {@link StateMachine#onRecovered} for those that exist: before any
   * partition can have been opened.
   */
  public void hold(LogId id, RetentionHold hold) {
    holds.computeIfAbsent(id, unheld -> new ArrayList<>()).add(hold);
    reconfigure(id);
  }

  /** Takes a hold back. */
  public void release(LogId id, RetentionHold hold) {
    List<RetentionHold> held = holds.get(id);
    if (held != null && held.remove(hold) && held.isEmpty()) {
      holds.remove(id);
      reconfigure(id);
    }
  }

  // ---- what happens to topics

  /**
   * The settings of a partition's topic have changed. One that is not open is opened: the store
   * would else go on to delete by the settings that it had.
   */
  public void onChanged(LogId id) {
    if (open.containsKey(id)) {
      reconfigure(id);
    } else if (catalog.find(id.group()) != null) {
      get(id);
    }
  }

  /** A topic was deleted: its partition's log goes, and everyone who waits hears of it. */
  public void onDeleted(LogId id) {
    holds.remove(id);
    Partition known = open.remove(id);
    if (known == null) {
      known = new Partition(id, context, LogConfig.DEFAULT, false);
    }
    known.delete(CatalogException.unknownTopic(id.group()));
  }

  private void reconfigure(LogId id) {
    Partition known = open.get(id);
    UUID topicId = id.group();
    Topic topic = catalog.find(topicId);
    if (known != null && topic != null) {
      known.configure(logConfig(topic, id), catalog.configs().logAppendTime(topic));
    }
  }

  private LogConfig logConfig(Topic topic, LogId id) {
    LogConfig config = catalog.configs().logConfig(topic);
    // What is held is cut by this class, which knows how far; the store must not look at time.
    return topic.kind().isQueue() || holds.containsKey(id) ? config.withRetention(-1, -1) : config;
  }

  // ---- retention

  private void scheduleRetention() {
    retentionTimer =
        context
            .timers()
            .after(
                context.config().retentionCheckMs(),
                () -> {
                  try {
                    applyRetention();
                  } finally {
                    scheduleRetention();
                  }
                });
  }

  private void applyRetention() {
    holds.forEach(
        (id, held) -> {
          Partition known = open.get(id);
          if (known != null && known.state() == Partition.State.OPEN) {
            long floor = Long.MAX_VALUE;
            for (RetentionHold hold : held) {
              floor = Math.min(floor, hold.floor());
            }
            retention.apply(known.view(), floor);
          }
        });
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of();
  }

  @Override
  public void replay(StateRecord record) {
    throw new IllegalArgumentException("partitions keep no state records: " + record);
  }

  @Override
  public Collection<Aggregate> aggregates() {
    return List.of();
  }

  @Override
  public void onRecovered() {
    scheduleRetention();
  }

  @Override
  public void onStopped(RuntimeException reason) {
    if (retentionTimer != null) {
      retentionTimer.cancel();
    }
    for (Partition partition : new ArrayList<>(open.values())) {
      try {
        partition.close(reason);
      } catch (RuntimeException e) {
        Failures.report("closing partition " + partition.id(), e);
      }
    }
    open.clear();
  }
}

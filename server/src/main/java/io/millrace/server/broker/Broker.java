package io.millrace.server.broker;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.Log;
import io.millrace.log.LogId;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.log.TimestampOffset;
import io.millrace.server.catalog.Catalog;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.cursor.Cursors;
import io.millrace.server.cursor.ShareSettings;
import io.millrace.server.group.GroupCoordinator;
import io.millrace.server.group.settings.GroupSettings;
import io.millrace.server.group.settings.GroupSettingsView;
import io.millrace.server.partition.BusyException;
import io.millrace.server.partition.ClientBatches;
import io.millrace.server.partition.HeldBackProducers;
import io.millrace.server.partition.Isolation;
import io.millrace.server.partition.PartitionDirectory;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.partition.Partitions;
import io.millrace.server.partition.RecordRules;
import io.millrace.server.producer.ProducerCoordinator;
import io.millrace.server.producer.ProducerIdentity;
import io.millrace.server.producer.ProducerIds;
import io.millrace.server.producer.ProducerKey;
import io.millrace.server.producer.TransactionalAppends;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.Shards;
import io.millrace.server.tx.TransactionCoordinator;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What doors may ask of the server. Any thread; answers come on a shard's thread, or on the
 * caller's when nothing had to be waited for.
 *
 * <p>Besides what each method says, a request can fail with {@link BusyException}, {@link
 * io.millrace.server.shard.ShardUnavailableException} and {@link
 * io.millrace.server.partition.PartitionUnavailableException}, all of which may be tried again, and
 * with {@link CatalogException} where the topic or partition does not exist.
 */
public final class Broker {
  /** There is one coordinator of transactions, and it is never another. */
  private static final int COORDINATOR_EPOCH = 0;

  private final ServerCoreConfig config;
  private final Shards shards;
  private final CatalogView catalog;
  private final PartitionDirectory directory;
  private final ClientBatches clientBatches;
  private final Cursors cursors;
  private final TransactionCoordinator transactions;
  private final OffsetLookup offsets = new OffsetLookup();
  private final HeldBackProducers heldBack = new HeldBackProducers();
  private final GroupCoordinator groups;
  private final ProducerCoordinator producers;
  private final Security security;
  private final GroupSettingsView groupSettings;
  private final Function<String, ShareSettings> shareSettings;

  Broker(
      ServerCoreConfig config,
      Shards shards,
      CatalogView catalog,
      PartitionDirectory directory,
      ClientBatches clientBatches,
      GroupCoordinator groups,
      ProducerCoordinator producers,
      Cursors cursors,
      TransactionCoordinator transactions,
      Security security,
      GroupSettingsView groupSettings,
      Function<String, ShareSettings> shareSettings) {
    this.groupSettings = groupSettings;
    this.shareSettings = shareSettings;
    this.security = security;
    this.cursors = cursors;
    this.transactions = transactions;
    this.config = config;
    this.shards = shards;
    this.catalog = catalog;
    this.directory = directory;
    this.clientBatches = clientBatches;
    this.groups = groups;
    this.producers = producers;
  }

  /** Queues and subscriptions. */
  public Cursors cursors() {
    return cursors;
  }

  /** JMS transactions. */
  public TransactionCoordinator transactions() {
    return transactions;
  }

  /** The topics that exist, and what their settings come to. */
  public CatalogView catalog() {
    return catalog;
  }

  /** Users, and what they may do. */
  public Security security() {
    return security;
  }

  /** Whether every shard serves now. */
  public boolean isServing() {
    return shards.all().stream().allMatch(shard -> shard.phase() == Shard.Phase.RUNNING);
  }

  // ---- topics

  /** Creates a topic; fails with {@link CatalogException} when it may not be or exists already. */
  public void createTopic(TopicSpec spec, Reply<Topic> reply) {
    onCatalog((catalogue, answer) -> catalogue.create(spec, answer), reply);
  }

  /** The topic of that name, of whatever kind; created when there is none. */
  public void ensureTopic(TopicSpec spec, Reply<Topic> reply) {
    Topic known = catalog.find(spec.name());
    if (known != null) {
      reply.ok(known);
      return;
    }
    onCatalog((catalogue, answer) -> catalogue.ensure(spec, answer), reply);
  }

  /** As {@link #ensureTopic} where the configuration lets use create topics, else only finds it. */
  public void findOrAutoCreateTopic(TopicSpec spec, Reply<Topic> reply) {
    if (config.catalog().autoCreate() || catalog.find(spec.name()) != null) {
      ensureTopic(spec, reply);
    } else {
      reply.fail(CatalogException.unknownTopic(spec.name()));
    }
  }

  /** Deletes a topic with all its records. Answers when it can no longer come back. */
  public void deleteTopic(UUID topic, Reply<Topic> reply) {
    onCatalog((catalogue, answer) -> catalogue.delete(topic, answer), reply);
  }

  /** Raises a topic's number of partitions to {@code count}. */
  public void createPartitions(UUID topic, int count, Reply<Topic> reply) {
    onCatalog((catalogue, answer) -> catalogue.createPartitions(topic, count, answer), reply);
  }

  /**
   * Changes a topic's settings.
   *
   * @param changes by name; null takes a setting back to its default
   */
  public void alterTopicConfig(
      UUID topic, Map<String, @Nullable String> changes, Reply<Topic> reply) {
    onCatalog((catalogue, answer) -> catalogue.alterConfig(topic, changes, answer), reply);
  }

  /** Checks what {@link #createTopic} would do; answers with the topic as it would be. */
  public void validateTopic(TopicSpec spec, Reply<Topic> reply) {
    onCatalog((catalogue, answer) -> answer.ok(catalogue.validate(spec)), reply);
  }

  /** Checks what {@link #createPartitions} would do. */
  public void validatePartitions(UUID topic, int count, Reply<Topic> reply) {
    onCatalog((catalogue, answer) -> answer.ok(catalogue.validatePartitions(topic, count)), reply);
  }

  /** Checks what {@link #alterTopicConfig} would do. */
  public void validateTopicConfig(
      UUID topic, Map<String, @Nullable String> changes, Reply<Topic> reply) {
    onCatalog((catalogue, answer) -> answer.ok(catalogue.validateConfig(topic, changes)), reply);
  }

  private <R> void onCatalog(BiConsumer<Catalog, Reply<R>> request, Reply<R> reply) {
    handle(shards.first(), state -> request.accept(state.get(Catalog.class), reply), reply);
  }

  // ---- records

  /**
   * Appends what a client sent, and answers when it is durable. The buffer's remaining bytes are
   * whole record batches; they belong to the log from now on, even when this fails.
   *
   * <p>Fails as {@link Log#append} does, and with {@link
   * io.millrace.server.partition.RefusedBatchException}.
   */
  public void produce(LogId partition, ByteBuffer batches, Reply<AppendResult> reply) {
    Topic topic = catalog.find(partition.group());
    produce(
        partition,
        batches,
        topic == null ? RecordRules.ANY : RecordRules.untimed(catalog.configs(), topic),
        reply);
  }

  /**
   * As {@link #produce(LogId, ByteBuffer, Reply)}.
   *
   * @param rules what each record must be
   */
  public void produce(
      LogId partition, ByteBuffer batches, RecordRules rules, Reply<AppendResult> reply) {
    RecordBatchView batch;
    try {
      batch = clientBatches.check(batches, rules);
    } catch (RuntimeException e) {
      reply.fail(e);
      return;
    }
    Reply<AppendResult> watched = heldBack.watch(partition, batch, reply);
    handle(
        shards.ofPartition(partition),
        state -> {
          heldBack.check(partition, batch);
          state.get(Partitions.class).append(partition, batches, AppendOptions.CLIENT, watched);
        },
        watched);
  }

  /**
   * As {@link #produce(LogId, ByteBuffer, RecordRules, Reply)}, for a batch of a transaction. Fails
   * besides as {@link ProducerCoordinator#joinPartitions} does, when its producer may not write to
   * the partition now.
   *
   * @param joins whether the partition joins the transaction with the batch (KIP-890), or must have
   *     joined before
   */
  public void produceTransactional(
      LogId partition,
      ByteBuffer batches,
      RecordRules rules,
      String transactionalId,
      boolean joins,
      Reply<AppendResult> reply) {
    RecordBatchView batch;
    try {
      batch = clientBatches.checkTransactional(batches, rules);
    } catch (RuntimeException e) {
      reply.fail(e);
      return;
    }
    ProducerKey producer =
        new ProducerKey(transactionalId, batch.producerId(), batch.producerEpoch());
    Reply<AppendResult> watched = heldBack.watch(partition, batch, reply);
    handle(
        shards.ofPartition(partition),
        state ->
            state
                .get(TransactionalAppends.class)
                .enter(
                    partition,
                    producer,
                    joins,
                    () -> {
                      heldBack.check(partition, batch);
                      state
                          .get(Partitions.class)
                          .append(partition, batches, AppendOptions.CLIENT, watched);
                    },
                    watched),
        watched);
  }

  /**
   * Ends a producer's transaction in one partition, whatever its coordinator thinks: for
   * administrators. Answers when that is durable; fails with {@link
   * io.millrace.log.StaleProducerException} when the producer has a newer epoch there.
   */
  public void endTransaction(
      LogId partition, ProducerIdentity producer, boolean commit, Reply<AppendResult> reply) {
    handle(
        shards.ofPartition(partition),
        state ->
            state
                .get(Partitions.class)
                .append(
                    partition,
                    TransactionMarker.batch(
                        commit,
                        producer.producerId(),
                        producer.epoch(),
                        COORDINATOR_EPOCH,
                        state.shard().clock().wallMs()),
                    AppendOptions.CLIENT,
                    reply),
        reply);
  }

  /** The view of a partition that is open; null when it must be opened or does not exist. */
  public @Nullable PartitionView partition(LogId id) {
    return directory.find(id);
  }

  /** All partitions that are open now. */
  public Collection<PartitionView> openPartitions() {
    return directory.all();
  }

  /** The view of a partition, opened if need be. */
  public void openPartition(LogId id, Reply<PartitionView> reply) {
    PartitionView open = directory.find(id);
    if (open != null) {
      reply.ok(open);
      return;
    }
    handle(
        shards.ofPartition(id),
        state ->
            state
                .get(Partitions.class)
                .open(id, partition -> reply.ok(partition.view()), reply::fail),
        reply);
  }

  /**
   * An offset by time, as Kafka's ListOffsets asks for it.
   *
   * @param timestampMs milliseconds since the epoch, or one of {@link OffsetLookup}'s constants
   * @param isolation where the partition ends for who asks
   */
  public void listOffset(
      LogId id, long timestampMs, Isolation isolation, Reply<Optional<TimestampOffset>> reply) {
    onView(id, view -> offsets.find(view, timestampMs, isolation), reply);
  }

  /**
   * Deletes the records below an offset. Answers with the partition's new start when that is
   * durable; fails with {@link OffsetOutOfRangeException} beyond the high watermark.
   *
   * @param beforeOffset -1 for the high watermark
   */
  public void deleteRecords(LogId id, long beforeOffset, Reply<Long> reply) {
    onView(
        id,
        view -> {
          long before = beforeOffset == -1 ? view.highWatermark() : beforeOffset;
          if (before < 0 || before > view.highWatermark()) {
            throw new OffsetOutOfRangeException(
                "records cannot be deleted up to "
                    + before
                    + ": the high watermark is "
                    + view.highWatermark());
          }
          return view.log().deleteBefore(before).thenApply(done -> view.startOffset());
        },
        reply);
  }

  private <R> void onView(
      LogId id, Function<PartitionView, CompletionStage<R>> request, Reply<R> reply) {
    openPartition(
        id,
        new Reply<>() {
          @Override
          public void ok(PartitionView view) {
            CompletionStage<R> stage;
            try {
              stage = request.apply(view);
            } catch (RuntimeException e) {
              reply.fail(e);
              return;
            }
            stage.whenComplete((result, e) -> Replies.complete(reply, result, e));
          }

          @Override
          public void fail(RuntimeException error) {
            reply.fail(error);
          }
        });
  }

  // ---- groups and producers

  /** Kafka's consumer groups. */
  public GroupCoordinator groups() {
    return groups;
  }

  /** The settings of single groups. */
  public GroupSettingsView groupSettings() {
    return groupSettings;
  }

  /** How a share group consumes, by its settings. */
  public ShareSettings shareSettings(String groupId) {
    return shareSettings.apply(groupId);
  }

  /**
   * Changes settings of a group, whether it exists or not; answers with what is set then.
   *
   * @param changes by name; null takes a setting back to its default
   * @param validateOnly only checks
   */
  public void alterGroupSettings(
      String groupId,
      Map<String, @Nullable String> changes,
      boolean validateOnly,
      Reply<Map<String, String>> reply) {
    handle(
        shards.first(),
        state -> {
          GroupSettings settings = state.get(GroupSettings.class);
          if (validateOnly) {
            reply.ok(settings.validate(groupId, changes));
          } else {
            settings.alter(groupId, changes, reply);
          }
        },
        reply);
  }

  /** Kafka's transactions. */
  public ProducerCoordinator producers() {
    return producers;
  }

  /** A producer id that was never given before. */
  public void nextProducerId(Reply<Long> reply) {
    handle(shards.first(), state -> state.get(ProducerIds.class).next(reply), reply);
  }

  private <R> void handle(
      Shard<Machines> shard, java.util.function.Consumer<Machines> handler, Reply<R> reply) {
    if (shard.backlog() >= config.maxShardBacklog()) {
      reply.fail(new BusyException("too many requests wait for shard " + shard.id()));
      return;
    }
    shard.handle(handler, reply);
  }
}

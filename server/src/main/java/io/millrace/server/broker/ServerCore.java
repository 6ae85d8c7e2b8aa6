package io.millrace.server.broker;

import io.millrace.kernel.Agents;
import io.millrace.kernel.Randomness;
import io.millrace.log.LogId;
import io.millrace.log.Store;
import io.millrace.server.catalog.Catalog;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.TopicConfigs;
import io.millrace.server.cursor.CursorMachine;
import io.millrace.server.cursor.Cursors;
import io.millrace.server.cursor.PartitionLogs;
import io.millrace.server.cursor.Subscriptions;
import io.millrace.server.group.GroupCoordinator;
import io.millrace.server.group.GroupStats;
import io.millrace.server.group.Groups;
import io.millrace.server.group.settings.GroupSettings;
import io.millrace.server.group.settings.GroupSettingsView;
import io.millrace.server.partition.ClientBatches;
import io.millrace.server.partition.PartitionDirectory;
import io.millrace.server.partition.Partitions;
import io.millrace.server.producer.ProducerCoordinator;
import io.millrace.server.producer.ProducerIds;
import io.millrace.server.producer.TransactionStats;
import io.millrace.server.producer.TransactionalAppends;
import io.millrace.server.producer.TransactionalProducers;
import io.millrace.server.quota.QuotaView;
import io.millrace.server.quota.Quotas;
import io.millrace.server.security.acl.AclView;
import io.millrace.server.security.acl.Acls;
import io.millrace.server.security.user.UserView;
import io.millrace.server.security.user.Users;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.RecoverySignal;
import io.millrace.server.shard.Shards;
import io.millrace.server.shard.StateLogs;
import io.millrace.server.tx.TransactionCoordinator;
import io.millrace.server.tx.Transactions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything between the doors and the store: the shards with their state machines, and the {@link
 * Broker} before them. Made with plain constructors, so that a test can step a whole server.
 *
 * <p>The store and the agents belong to the caller, who closes them after this.
 */
public final class ServerCore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCore.class);
  private static final int BLOCKING_THREADS = 2;
  private static final int PROGRESS_SECONDS = 10;

  private final ServerCoreConfig config;
  private final Agents agents;
  private final Store store;
  private final Randomness randomness;
  private final CatalogView catalog;
  private final UserView users = new UserView();
  private final AclView acls = new AclView();
  private final QuotaView quotas = new QuotaView();
  private final PartitionDirectory directory = new PartitionDirectory();
  private final GroupSettingsView groupSettingsView;
  private final GroupSettingsReader groupSettings;
  private final GroupStats groupStats = new GroupStats();
  private final TransactionStats transactionStats = new TransactionStats();
  private final Shards shards;
  private final GroupCoordinator groups;
  private final ProducerCoordinator producers;
  private final Executor cursorReads;
  private final Executor patternMatching;
  private final Broker broker;
  private final DeadLetterMover deadLetters;
  private final ShareGroupCursors shareCursors;
  private final Set<Integer> recovered = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> storeFailed = new CompletableFuture<>();
  private final List<Agents.Handle> running = new ArrayList<>();

  /**
   * A core that runs after {@link #start}.
   *
   * @param randomness must be safe for any thread when {@code agents} runs several
   */
  public ServerCore(ServerCoreConfig config, Agents agents, Store store, Randomness randomness) {
    this.config = config;
    this.agents = agents;
    this.store = store;
    this.randomness = randomness;
    this.catalog = new CatalogView(new TopicConfigs(config.catalog().topicDefaults()));
    this.groupSettingsView = new GroupSettingsView(GroupSettingsReader.keys(config.group()));
    this.groupSettings = new GroupSettingsReader(groupSettingsView);
    this.shards =
        new Shards(
            shardsOf(store, config.shards()),
            config.shard(),
            agents.clock(),
            store,
            agents.blocking("state-reads", BLOCKING_THREADS),
            this::compose);
    this.cursorReads = agents.blocking("cursor-reads", BLOCKING_THREADS);
    this.patternMatching = agents.blocking("topic-patterns", 1);
    ClientBatches batches = new ClientBatches(config.cursor().maxBatchBytes());
    TransactionCoordinator transactions =
        new TransactionCoordinator(shards, catalog, store::health, batches, config.transaction());
    Cursors cursors = new Cursors(shards);
    this.groups = new GroupCoordinator(shards, groupStats);
    this.producers = new ProducerCoordinator(shards, transactionStats);
    this.broker =
        new Broker(
            config,
            shards,
            catalog,
            directory,
            batches,
            groups,
            producers,
            cursors,
            transactions,
            new Security(shards, users, acls, quotas),
            groupSettingsView,
            groupSettings::share);
    groupSettingsView.addListener(groups::onSettingsChanged);
    this.shareCursors =
        new ShareGroupCursors(broker, cursors, agents.clock(), groupSettings::share);
    this.deadLetters = new DeadLetterMover(broker, catalog, transactions, agents.clock());
    catalog.addListener(new TopicFollowers(shards, store, cursors));
  }

  /** A store keeps the number of shards that it was made with: one state log for each. */
  private static int shardsOf(Store store, int configured) {
    int found = 0;
    for (LogId id : store.logs()) {
      if (id.group().equals(StateLogs.GROUP)) {
        found = Math.max(found, id.index() + 1);
      }
    }
    if (found > 0 && found != configured) {
      LOG.info("the store was made with {} shards and keeps them", found);
    }
    return found > 0 ? found : configured;
  }

  /** The state machines of a shard, each after those that it rests on. */
  void compose(Machines machines) {
    var shard = machines.shard();
    if (shard.id() == 0) {
      // Before the catalogue, which lets the other shards begin: their groups look here.
      machines.add(new GroupSettings(shard, groupSettingsView));
      machines.add(
          new Catalog(shard, config.catalog(), catalog, randomness, this::onCatalogRecovered));
      machines.add(new ProducerIds(shard));
      machines.add(new Users(shard, users));
      machines.add(new Acls(shard, acls));
      machines.add(new Quotas(shard, quotas));
    }
    Partitions partitions =
        machines.add(new Partitions(shard, store, catalog, directory, config.partition()));
    machines.add(
        new Groups(
            shard,
            config.group(),
            groupSettings,
            catalog,
            shareCursors,
            randomness,
            patternMatching,
            groupStats));
    machines.add(
        new TransactionalProducers(
            shard,
            machines.shards(),
            broker::nextProducerId,
            groups::endTransaction,
            config.producer(),
            transactionStats));
    machines.add(new TransactionalAppends(shard, partitions, producers));
    CursorMachine cursors =
        machines.add(
            new CursorMachine(
                shard,
                config.cursor(),
                new PartitionLogs(
                    shard, partitions, catalog, cursorReads, config.cursor().retryMs()),
                deadLetters));
    machines.add(new Subscriptions(shard, machines.shards(), catalog, randomness));
    machines.add(new Transactions(shard, machines.shards(), cursors, config.transaction()));
    machines.add(new RecoverySignal(() -> onRecovered(shard.id())));
    machines.add(new StoreWatch(store, () -> storeFailed.complete(null)));
  }

  private void onCatalogRecovered(boolean fresh) {
    new OrphanLogs(store, catalog).clear(fresh);
    shards.openOthers();
  }

  private void onRecovered(int shard) {
    recovered.add(shard);
    if (recovered.size() == shards.count()) {
      ready.complete(null);
    }
  }

  /** Runs the shards. Call once. */
  public void start() {
    running.addAll(shards.start(agents, config.shardThreads()));
  }

  /** Completes when every shard has recovered for the first time, on a shard's thread. */
  public CompletionStage<Void> whenReady() {
    return ready.copy();
  }

  /**
   * Returns when every shard has recovered for the first time. Tells the log every {@value
   * #PROGRESS_SECONDS} s which ones have not. For a thread that may wait.
   */
  public void awaitReady() {
    boolean interrupted = false;
    while (!ready.isDone()) {
      try {
        ready.get(PROGRESS_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        LOG.warn("still starting; not recovered yet: {}", unrecovered());
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException("recovery cannot fail for good", e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private String unrecovered() {
    return shards.all().stream()
        .filter(shard -> !recovered.contains(shard.id()))
        .map(shard -> "shard " + shard.id() + " is " + shard.phase())
        .collect(Collectors.joining(", "));
  }

  /**
   * Completes when the store has failed: a sync or a write did not succeed, and nothing is taken
   * until the store was opened anew, which the process does by starting again. On a shard's thread.
   */
  public CompletionStage<Void> whenStoreFailed() {
    return storeFailed.copy();
  }

  public Broker broker() {
    return broker;
  }

  /** Answers or refuses everything that waits, and stops the shards. */
  @Override
  public void close() {
    running.forEach(Agents.Handle::close);
    running.clear();
  }
}

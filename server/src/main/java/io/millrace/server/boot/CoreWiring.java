package io.millrace.server.boot;

import io.millrace.kernel.Agents;
import io.millrace.kernel.Randomness;
import io.millrace.log.Store;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.CatalogConfig;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.config.GroupsConfig;
import io.millrace.server.config.JmsConfig;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.config.TopicsConfig;
import io.millrace.server.config.TransactionsConfig;
import io.millrace.server.cursor.CursorConfig;
import io.millrace.server.group.ConsumerGroupConfig;
import io.millrace.server.group.GroupConfig;
import io.millrace.server.group.MigrationPolicy;
import io.millrace.server.group.ShareGroupConfig;
import io.millrace.server.group.assignor.PartitionAssignor;
import io.millrace.server.group.assignor.RangeAssignor;
import io.millrace.server.group.assignor.UniformAssignor;
import io.millrace.server.producer.ProducerConfig;
import io.millrace.server.tx.TxConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Wires the shards with what lives on them, and the broker before them. */
final class CoreWiring {
  /** Part of the heap that one transaction may take. */
  private static final int TRANSACTION_SHARE = 8;

  /** Memory that a transactional id takes, about. */
  private static final int TRANSACTIONAL_ID_BYTES = 500;

  @Produces
  @Singleton
  ServerCoreConfig coreConfig(ServerConfig config, CatalogConfig catalog) {
    ServerCoreConfig defaults = ServerCoreConfig.DEFAULT;
    return new ServerCoreConfig(
        config.shards().count(),
        config.shards().effectiveThreads(Runtime.getRuntime().availableProcessors()),
        defaults.maxShardBacklog(),
        defaults.shard(),
        catalog,
        defaults.partition(),
        groupConfig(config.groups()),
        producerConfig(config.transactions(), config.shards().count()),
        cursorConfig(config.jms(), config.shards().count()),
        transactionConfig(config.jms()));
  }

  @Produces
  @Singleton
  CatalogConfig catalogConfig(ServerConfig config) {
    TopicsConfig topics = config.topics();
    return new CatalogConfig(
        topics.autoCreate(),
        topics.partitions(),
        topics.maxPartitions(),
        Map.of(
            TopicConfigKeys.DURABILITY,
            topics.durability().name().toLowerCase(Locale.ROOT),
            TopicConfigKeys.RETENTION_MS,
            Long.toString(topics.retentionMs()),
            TopicConfigKeys.RETENTION_BYTES,
            Long.toString(topics.retentionBytes())));
  }

  private static GroupConfig groupConfig(GroupsConfig groups) {
    GroupConfig defaults = GroupConfig.DEFAULT;
    return new GroupConfig(
        groups.minSessionTimeoutMs(),
        groups.maxSessionTimeoutMs(),
        groups.initialRebalanceDelayMs(),
        groups.maxSize(),
        defaults.maxOffsetMetadataBytes(),
        groups.offsetsRetentionMs(),
        defaults.expiryCheckMs(),
        consumerGroupConfig(groups),
        new ShareGroupConfig(
            groups.shareSessionTimeoutMs(),
            groups.shareHeartbeatIntervalMs(),
            groups.shareMaxSize()));
  }

  /** Both assignors can be asked for; the setting says which one comes first. */
  private static ConsumerGroupConfig consumerGroupConfig(GroupsConfig groups) {
    List<PartitionAssignor> assignors =
        switch (groups.consumerAssignor()) {
          case UNIFORM -> List.of(new UniformAssignor(), new RangeAssignor());
          case RANGE -> List.of(new RangeAssignor(), new UniformAssignor());
        };
    return new ConsumerGroupConfig(
        groups.consumerSessionTimeoutMs(),
        groups.consumerHeartbeatIntervalMs(),
        groups.consumerMaxSize(),
        assignors,
        MigrationPolicy.valueOf(groups.consumerMigrationPolicy().name()));
  }

  /** An eighth of the heap is for transactional ids. */
  private static ProducerConfig producerConfig(TransactionsConfig transactions, int shards) {
    ProducerConfig defaults = ProducerConfig.DEFAULT;
    long room = Runtime.getRuntime().maxMemory() / 8 / TRANSACTIONAL_ID_BYTES / shards;
    return new ProducerConfig(
        transactions.maxTimeoutMs(),
        transactions.idExpirationMs(),
        defaults.expiryCheckMs(),
        defaults.retryMs(),
        defaults.patienceMs(),
        (int) Math.max(1, Math.min(room, defaults.maxIds())));
  }

  /** An eighth of the heap is for the windows of all cursors. */
  private static CursorConfig cursorConfig(JmsConfig jms, int shards) {
    CursorConfig defaults = CursorConfig.DEFAULT;
    long heap = Runtime.getRuntime().maxMemory();
    return new CursorConfig(
        jms.recoveryGraceMs(),
        defaults.windowBytes(),
        Math.max(defaults.windowBytes(), heap / 8 / shards),
        defaults.readBytes(),
        defaults.lookAhead(),
        defaults.fairRun(),
        CursorConfig.maxBatchBytes(heap),
        defaults.retryMs());
  }

  /** A transaction is in memory as a whole, more than once while it is being committed. */
  private static TxConfig transactionConfig(JmsConfig jms) {
    TxConfig defaults = TxConfig.DEFAULT;
    long most = Runtime.getRuntime().maxMemory() / TRANSACTION_SHARE;
    return new TxConfig(
        (int) Math.min(jms.maxTransactionBytes(), most), defaults.applyBytes(), defaults.retryMs());
  }

  @Produces
  @Singleton
  ServerCore core(
      ServerCoreConfig config,
      Agents agents,
      Store store,
      Randomness randomness,
      Lifecycle lifecycle) {
    ServerCore core = new ServerCore(config, agents, store, randomness);
    lifecycle.began("shards", core);
    core.start();
    return core;
  }
}

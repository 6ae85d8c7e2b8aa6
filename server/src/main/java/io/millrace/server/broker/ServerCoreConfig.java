package io.millrace.server.broker;

import io.millrace.server.catalog.CatalogConfig;
import io.millrace.server.cursor.CursorConfig;
import io.millrace.server.group.GroupConfig;
import io.millrace.server.partition.PartitionConfig;
import io.millrace.server.producer.ProducerConfig;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.tx.TxConfig;

/**
 * How the core of a server behaves. Immutable; validated when built.
 *
 * @param shards of a new store; one that exists keeps its number
 * @param shardThreads threads that the shards share
 * @param maxShardBacklog requests that may wait for one shard before more are refused
 */
public record ServerCoreConfig(
    int shards,
    int shardThreads,
    int maxShardBacklog,
    ShardConfig shard,
    CatalogConfig catalog,
    PartitionConfig partition,
    GroupConfig group,
    ProducerConfig producer,
    CursorConfig cursor,
    TxConfig transaction) {

  public static final ServerCoreConfig DEFAULT =
      new ServerCoreConfig(
          8,
          1,
          200_000,
          ShardConfig.DEFAULT,
          CatalogConfig.DEFAULT,
          PartitionConfig.DEFAULT,
          GroupConfig.DEFAULT,
          ProducerConfig.DEFAULT,
          CursorConfig.DEFAULT,
          TxConfig.DEFAULT);

  public ServerCoreConfig {
    if (shards < 1 || shardThreads < 1 || maxShardBacklog < 1) {
      throw new IllegalArgumentException("a server has at least one shard and one thread for them");
    }
  }

  public ServerCoreConfig withShard(ShardConfig other) {
    return new ServerCoreConfig(
        shards,
        shardThreads,
        maxShardBacklog,
        other,
        catalog,
        partition,
        group,
        producer,
        cursor,
        transaction);
  }

  public ServerCoreConfig withCatalog(CatalogConfig other) {
    return new ServerCoreConfig(
        shards,
        shardThreads,
        maxShardBacklog,
        shard,
        other,
        partition,
        group,
        producer,
        cursor,
        transaction);
  }

  public ServerCoreConfig withPartition(PartitionConfig other) {
    return new ServerCoreConfig(
        shards,
        shardThreads,
        maxShardBacklog,
        shard,
        catalog,
        other,
        group,
        producer,
        cursor,
        transaction);
  }

  public ServerCoreConfig withGroup(GroupConfig other) {
    return new ServerCoreConfig(
        shards,
        shardThreads,
        maxShardBacklog,
        shard,
        catalog,
        partition,
        other,
        producer,
        cursor,
        transaction);
  }

  public ServerCoreConfig withCursor(CursorConfig other) {
    return new ServerCoreConfig(
        shards,
        shardThreads,
        maxShardBacklog,
        shard,
        catalog,
        partition,
        group,
        producer,
        other,
        transaction);
  }

  public ServerCoreConfig withProducer(ProducerConfig other) {
    return new ServerCoreConfig(
        shards,
        shardThreads,
        maxShardBacklog,
        shard,
        catalog,
        partition,
        group,
        other,
        cursor,
        transaction);
  }
}

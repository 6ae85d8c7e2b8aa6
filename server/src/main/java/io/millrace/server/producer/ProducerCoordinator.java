package io.millrace.server.producer;

import io.millrace.log.LogId;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.Shards;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Kafka's transaction coordinator, for all transactional ids. Any thread; answers come on the
 * thread of the id's shard, in the order of the decisions (see {@link TransactionalProducers}).
 *
 * <p>What is refused fails with an exception of Kafka's; besides, a request fails with {@link
 * io.millrace.server.shard.ShardUnavailableException}, after which it may be made again.
 */
public final class ProducerCoordinator {
  private final Shards shards;
  private final TransactionStats stats;

  public ProducerCoordinator(Shards shards, TransactionStats stats) {
    this.shards = shards;
    this.stats = stats;
  }

  /** What the coordinators of all shards have counted. */
  public TransactionStats stats() {
    return stats;
  }

  private Shard<Machines> shardOf(String transactionalId) {
    return shards.ofKey(transactionalId);
  }

  private static TransactionalProducers of(Machines machines) {
    return machines.get(TransactionalProducers.class);
  }

  /**
   * A producer begins. The answer waits until the transaction that its predecessor left open is
   * aborted everywhere.
   */
  public void init(InitProducer asked, Reply<ProducerIdentity> reply) {
    shardOf(asked.transactionalId()).handle(state -> of(state).init(asked, reply), reply);
  }

  /** Partitions join the producer's transaction; the first of them begin it. */
  public void joinPartitions(
      ProducerKey producer, Collection<LogId> partitions, Reply<Void> reply) {
    join(producer, Participants.partitions(partitions), reply);
  }

  /** A consumer group joins the producer's transaction, or begins it. */
  public void joinGroup(ProducerKey producer, String groupId, Reply<Void> reply) {
    join(producer, Participants.group(groupId), reply);
  }

  private void join(ProducerKey producer, Participants participants, Reply<Void> reply) {
    shardOf(producer.transactionalId())
        .handle(state -> of(state).join(producer, participants, reply), reply);
  }

  /** Makes sure that a partition has joined the producer's transaction before. */
  public void verifyPartition(ProducerKey producer, LogId partition, Reply<Void> reply) {
    verify(producer, Participants.partitions(List.of(partition)), reply);
  }

  /** Makes sure that a consumer group has joined the producer's transaction before. */
  public void verifyGroup(ProducerKey producer, String groupId, Reply<Void> reply) {
    verify(producer, Participants.group(groupId), reply);
  }

  private void verify(ProducerKey producer, Participants participants, Reply<Void> reply) {
    shardOf(producer.transactionalId())
        .handle(state -> of(state).verify(producer, participants, reply), reply);
  }

  /**
   * Ends a transaction. Answers when everyone who took part knows, with the identity that the
   * producer goes on with.
   *
   * @param bump whether the producer gets a new epoch with it (KIP-890)
   */
  public void end(
      ProducerKey producer, boolean commit, boolean bump, Reply<ProducerIdentity> reply) {
    shardOf(producer.transactionalId())
        .handle(state -> of(state).end(producer, commit, bump, reply), reply);
  }

  /** What is known of a transactional id. */
  public void describe(String transactionalId, Reply<Optional<TransactionInfo>> reply) {
    shardOf(transactionalId)
        .handle(state -> reply.ok(Optional.ofNullable(of(state).describe(transactionalId))), reply);
  }

  /** What is known of all transactional ids; fails when one shard cannot answer. */
  public void list(Reply<List<TransactionInfo>> reply) {
    listFrom(0, new ArrayList<>(), reply);
  }

  private void listFrom(
      int shard, List<TransactionInfo> found, Reply<List<TransactionInfo>> reply) {
    if (shard == shards.count()) {
      reply.ok(found);
      return;
    }
    // One after the other: no counting across threads.
    shards
        .get(shard)
        .handle(
            state -> {
              found.addAll(of(state).list());
              listFrom(shard + 1, found, reply);
            },
            reply);
  }
}

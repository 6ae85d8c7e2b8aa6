package io.millrace.server.tx;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.RecordBatchView;
import io.millrace.log.BatchTooLargeException;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreFullException;
import io.millrace.log.StoreHealth;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.CursorMachine;
import io.millrace.server.partition.ClientBatches;
import io.millrace.server.partition.RecordRules;
import io.millrace.server.partition.RefusedBatchException;
import io.millrace.server.shard.Gather;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.Shards;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes transactions from the doors: checks them, finds the shard that decides, and makes sure that
 * what they consumed is still with their consumers. Any thread.
 */
public final class TransactionCoordinator {
  private final Shards shards;
  private final CatalogView catalog;
  private final Supplier<StoreHealth> health;
  private final ClientBatches batches;
  private final TxConfig config;

  public TransactionCoordinator(
      Shards shards,
      CatalogView catalog,
      Supplier<StoreHealth> health,
      ClientBatches batches,
      TxConfig config) {
    this.shards = shards;
    this.catalog = catalog;
    this.health = health;
    this.batches = batches;
    this.config = config;
  }

  /** Bytes of messages that one transaction may send. */
  public int maxBytes() {
    return config.maxBytes();
  }

  /**
   * Commits. The consumers named in the acknowledgements must keep what is in flight to them until
   * this has answered.
   *
   * @param mayBeRepeated whether the client may have asked for the same before
   * @param reply when all of it is durable and can be seen; {@link TransactionRolledBackException},
   *     or another exception with which nothing took place; where a shard stopped the outcome may
   *     be unknown, and asking again tells
   */
  public void commit(TxWork work, boolean mayBeRepeated, Reply<Void> reply) {
    TxKey key = work.key();
    if (mayBeRepeated && key != null) {
      findCommitted(
          key,
          new Reply<>() {
            @Override
            public void ok(@Nullable Shard<Machines> where) {
              if (where == null) {
                commitNew(work, reply);
              } else {
                where.handle(
                    machines -> machines.get(Transactions.class).whenApplied(key, reply), reply);
              }
            }

            @Override
            public void fail(RuntimeException error) {
              reply.fail(error);
            }
          });
    } else {
      commitNew(work, reply);
    }
  }

  /** Whether a transaction took place; if so, answers when all that it did can be seen. */
  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  public void wasCommitted(TxKey key, Reply<Boolean> reply) {
    findCommitted(
        key,
        new Reply<>() {
          @Override
          public void ok(@Nullable Shard<Machines> where) {
            if (where == null) {
              reply.ok(false);
              return;
            }
            Gather applied = new Gather(1, () -> reply.ok(true), reply::fail);
            where.handle(
                machines -> machines.get(Transactions.class).whenApplied(key, applied), applied);
          }

          @Override
          public void fail(RuntimeException error) {
            reply.fail(error);
          }
        });
  }

  /** Looks in every shard whether a transaction took place; gives the shard that decided it. */
  @SuppressWarnings("NullAway") // Null stands for no shard.
  private void findCommitted(TxKey key, Reply<@Nullable Shard<Machines>> reply) {
    AtomicReference<@Nullable Shard<Machines>> found = new AtomicReference<>();
    Gather all = new Gather(shards.count(), () -> reply.ok(found.get()), reply::fail);
    for (Shard<Machines> shard : shards.all()) {
      shard.handle(
          machines -> {
            if (machines.get(Transactions.class).isCommitted(key)) {
              found.set(shard);
            }
            all.oneDone();
          },
          all);
    }
  }

  private void commitNew(TxWork work, Reply<Void> reply) {
    if (work.sends().isEmpty() && work.acks().isEmpty()) {
      ok(reply);
      return;
    }
    try {
      check(work);
    } catch (RuntimeException e) {
      reply.fail(e);
      return;
    }
    Shard<Machines> decides =
        shards.ofPartition(
            work.sends().isEmpty() ? work.acks().get(0).cursor().log() : work.sends().get(0).log());
    Map<Shard<Machines>, List<TxAck>> others = new LinkedHashMap<>();
    for (TxAck ack : work.acks()) {
      Shard<Machines> shard = shards.ofPartition(ack.cursor().log());
      if (shard != decides) {
        others.computeIfAbsent(shard, s -> new java.util.ArrayList<>()).add(ack);
      }
    }
    Runnable decide =
        () ->
            decides.handle(machines -> machines.get(Transactions.class).commit(work, reply), reply);
    if (others.isEmpty()) {
      decide.run();
      return;
    }
    Gather all = new Gather(others.size(), decide, reply::fail);
    others.forEach(
        (shard, acks) ->
            shard.handle(
                machines -> {
                  CursorMachine cursors = machines.get(CursorMachine.class);
                  for (TxAck ack : acks) {
                    if (!cursors.holdsAll(ack.cursor(), ack.consumer(), ack.runs())) {
                      throw Transactions.notHeld(ack);
                    }
                  }
                  all.oneDone();
                },
                all));
  }

  /** After the decision nothing may be refused, so everything is looked at before. */
  private void check(TxWork work) {
    long bytes = 0;
    for (TxSend send : work.sends()) {
      Topic topic = catalog.topicOf(send.log());
      int size = send.batch().remaining();
      bytes += size;
      int allowed = catalog.configs().logConfig(topic).maxBatchBytes();
      if (size > allowed) {
        throw new BatchTooLargeException(
            "a batch of " + size + " bytes; topic " + topic.name() + " allows " + allowed);
      }
      batches.check(send.batch(), RecordRules.untimed(catalog.configs(), topic));
      checkBatch(send);
    }
    if (bytes > config.maxBytes()) {
      throw new TransactionTooLargeException(
          "the transaction sends "
              + bytes
              + " bytes; at most "
              + config.maxBytes()
              + " are allowed: commit more often");
    }
    if (bytes > 0) {
      checkHealth();
    }
  }

  private void checkHealth() {
    switch (health.get()) {
      case OK -> {
        // Takes messages.
      }
      case FULL ->
          throw new StoreFullException(
              "nothing was committed, as the server's disk is full: free some space, or let"
                  + " retention do it, and commit again");
      case FAILED ->
          throw new StoreFailedException(
              "nothing was committed, as the server's store has failed; restart the server", null);
    }
  }

  /** As a producer's batch is checked, but for producer and sequence, which are stamped later. */
  private static void checkBatch(TxSend send) {
    RecordBatchView batch = new RecordBatchView().wrap(send.batch(), send.batch().position());
    BatchChecks.checkStored(batch);
    if (batch.recordCount() == 0
        || batch.lastOffsetDelta() != batch.recordCount() - 1
        || batch.sizeInBytes() != send.batch().remaining()) {
      throw new RefusedBatchException(
          "a transaction's batch must be one whole batch with records at every offset");
    }
  }

  /** A connection has ended for good: nobody will ask about its transactions. */
  public void forget(UUID connection) {
    shards
        .all()
        .forEach(shard -> shard.run(state -> state.get(Transactions.class).forget(connection)));
  }

  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private static void ok(Reply<Void> reply) {
    reply.ok(null);
  }
}

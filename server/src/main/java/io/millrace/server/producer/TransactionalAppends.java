package io.millrace.server.producer;

import io.millrace.log.LogId;
import io.millrace.server.partition.BusyException;
import io.millrace.server.partition.Partition;
import io.millrace.server.partition.Partitions;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets batches of transactions into the partitions of one shard: where the producer has no
 * transaction open yet, the coordinator is asked first. What its producer sends behind such a batch
 * waits, so that the order stays. Keeps nothing in the state log. The shard's thread.
 */
public final class TransactionalAppends implements StateMachine {
  /** Batches of one producer that wait for the coordinator, for one partition. */
  private static final int MAX_WAITING = 1000;

  private record Key(LogId log, long producerId) {}

  /**
   * A batch.
   *
   * @param joins whether its partition joins the transaction with it
   */
  private record Batch(
      LogId log, ProducerKey producer, boolean joins, Runnable append, Reply<?> reply) {

    /** Whether the coordinator would say the same of the other one. */
    boolean isLike(Batch other) {
      return producer.equals(other.producer) && joins == other.joins;
    }
  }

  private final Shard<?> shard;
  private final Partitions partitions;
  private final ProducerCoordinator coordinator;
  private final Map<Key, Deque<Batch>> asking = new HashMap<>();

  public TransactionalAppends(
      Shard<?> shard, Partitions partitions, ProducerCoordinator coordinator) {
    this.shard = shard;
    this.partitions = partitions;
    this.coordinator = coordinator;
  }

  /**
   * Runs {@code append} when the batch belongs to its producer's transaction.
   *
   * @param joins whether the partition joins the transaction with the batch (KIP-890), or must have
   *     joined before
   * @param append what it throws goes to the reply
   * @param reply told when the batch may not be appended; else it is {@code append}'s
   */
  public void enter(
      LogId log, ProducerKey producer, boolean joins, Runnable append, Reply<?> reply) {
    Batch batch = new Batch(log, producer, joins, append, reply);
    partitions.open(log, partition -> enter(partition, batch), reply::fail);
  }

  private void enter(Partition partition, Batch batch) {
    long producerId = batch.producer.identity().producerId();
    Key key = new Key(batch.log, producerId);
    Deque<Batch> waiting = asking.get(key);
    if (waiting != null) {
      if (waiting.size() < MAX_WAITING) {
        waiting.add(batch);
      } else {
        batch.reply.fail(
            new BusyException("too many batches wait for a transaction in partition " + batch.log));
      }
    } else if (partition
        .view()
        .log()
        .hasTransaction(producerId, batch.producer.identity().epoch())) {
      append(batch);
    } else {
      ask(key, batch);
    }
  }

  private static void append(Batch batch) {
    try {
      batch.append.run();
    } catch (RuntimeException e) {
      batch.reply.fail(e);
    }
  }

  private void ask(Key key, Batch batch) {
    Deque<Batch> waiting = new ArrayDeque<>();
    waiting.add(batch);
    asking.put(key, waiting);
    Reply<Void> answer =
        new Reply<>() {
          @Override
          public void ok(Void response) {
            // On the coordinator's thread: ahead of any marker for this transaction.
            shard.run(state -> answered(key, waiting, null));
          }

          @Override
          public void fail(RuntimeException error) {
            shard.run(state -> answered(key, waiting, error));
          }
        };
    if (batch.joins) {
      coordinator.joinPartitions(batch.producer, List.of(batch.log), answer);
    } else {
      coordinator.verifyPartition(batch.producer, batch.log, answer);
    }
  }

  private void answered(Key key, Deque<Batch> waiting, @Nullable RuntimeException refusal) {
    if (!asking.remove(key, waiting)) {
      return; // the shard has stopped meanwhile, which has answered them
    }
    Batch first = waiting.getFirst();
    for (Batch batch : waiting) {
      if (!batch.isLike(first)) {
        enter(batch.log, batch.producer, batch.joins, batch.append, batch.reply);
      } else if (refusal == null) {
        append(batch);
      } else {
        batch.reply.fail(refusal);
      }
    }
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of();
  }

  @Override
  public void replay(StateRecord record) {
    throw new IllegalArgumentException("appends keep no state records: " + record);
  }

  @Override
  public Collection<Aggregate> aggregates() {
    return List.of();
  }

  @Override
  public void onStopped(RuntimeException reason) {
    List<Deque<Batch>> all = new ArrayList<>(asking.values());
    asking.clear();
    all.forEach(waiting -> waiting.forEach(batch -> batch.reply.fail(reason)));
  }
}

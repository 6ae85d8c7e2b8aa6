package io.millrace.server.producer;

import io.millrace.batch.TransactionMarker;
import io.millrace.kernel.Failures;
import io.millrace.kernel.Timers;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.log.StaleProducerException;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.partition.Partitions;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.Shards;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells everyone who took part in a transaction how it has ended: a marker for each partition, a
 * message for each group. Who cannot be reached is tried again for as long as it exists; hearing it
 * twice does no harm. Who asks meanwhile waits here. The coordinating shard's thread.
 */
final class TransactionEnding {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionEnding.class);

  /** There is one coordinator, and it is never another. */
  private static final int COORDINATOR_EPOCH = 0;

  /** Taken from the store's reserve: the promise is already made. */
  private static final AppendOptions MARKER = new AppendOptions(0, -1, true, true);

  /** Requests that wait for one transaction to end; more are told to ask again at once. */
  private static final int MAX_WAITING = 64;

  private record Waiting(Consumer<ProducerEntry> ended, Reply<?> reply, Timers.Timer patience) {}

  private final String transactionalId;
  private final ProducerEntry entry;
  private final Participants participants;
  private final Shard<Machines> shard;
  private final Shards shards;
  private final TransactionGroups groups;
  private final ProducerConfig config;
  private final Runnable done;
  private final Map<Reply<?>, Waiting> waiting = new LinkedHashMap<>();
  private int left;
  private boolean stopped;
  private boolean reported;

  /**
   * @param producer its transaction is prepared
   * @param done told when everyone knows
   */
  TransactionEnding(
      TransactionalProducer producer,
      Shard<Machines> shard,
      Shards shards,
      TransactionGroups groups,
      ProducerConfig config,
      Runnable done) {
    this.transactionalId = producer.id();
    this.entry = producer.entry();
    this.participants = producer.participants();
    this.shard = shard;
    this.shards = shards;
    this.groups = groups;
    this.config = config;
    this.done = done;
  }

  /** Tells everyone. The decision is durable. */
  void start() {
    left = participants.count();
    if (left == 0) {
      done.run();
      return;
    }
    participants.partitions().forEach(this::mark);
    participants.groups().forEach(this::tell);
  }

  /**
   * Runs {@code ended} with what the producer is then. Who has waited for long is told to ask
   * again.
   */
  void whenEnded(Consumer<ProducerEntry> ended, Reply<?> reply) {
    if (waiting.size() >= MAX_WAITING) {
      reply.fail(Errors.CONCURRENT_TRANSACTIONS.exception());
      return;
    }
    Timers.Timer patience = shard.timers().after(config.patienceMs(), () -> sendAway(reply));
    waiting.put(reply, new Waiting(ended, reply, patience));
  }

  private void sendAway(Reply<?> reply) {
    waiting.remove(reply);
    reply.fail(Errors.CONCURRENT_TRANSACTIONS.exception());
  }

  /** Answers those who wait. */
  void ended(ProducerEntry complete) {
    takeWaiting().forEach(one -> one.ended.accept(complete));
  }

  /** The shard stops: recovery begins this anew. */
  void stop(RuntimeException reason) {
    takeWaiting().forEach(one -> one.reply.fail(reason));
  }

  private List<Waiting> takeWaiting() {
    stopped = true;
    List<Waiting> all = List.copyOf(waiting.values());
    waiting.clear();
    all.forEach(one -> one.patience.cancel());
    return all;
  }

  private void mark(LogId partition) {
    Reply<AppendResult> answer = answer("partition " + partition, () -> mark(partition));
    shards
        .ofPartition(partition)
        .handle(
            machines ->
                machines
                    .get(Partitions.class)
                    .append(
                        partition,
                        TransactionMarker.batch(
                            entry.state().isCommit(),
                            entry.producerId(),
                            entry.epoch(),
                            COORDINATOR_EPOCH,
                            shard.clock().wallMs()),
                        MARKER,
                        answer),
            answer);
  }

  private void tell(String group) {
    groups.end(
        group,
        entry.producerId(),
        entry.epoch(),
        entry.state().isCommit(),
        answer("group " + group, () -> tell(group)));
  }

  private <R> Reply<R> answer(String who, Runnable again) {
    return new Reply<>() {
      @Override
      public void ok(R response) {
        shard.event(TransactionEnding.this::oneKnows);
      }

      @Override
      public void fail(RuntimeException error) {
        shard.event(() -> failed(who, again, error));
      }
    };
  }

  private void oneKnows() {
    left--;
    if (left == 0 && !stopped) {
      done.run();
    }
  }

  private void failed(String who, Runnable again, RuntimeException error) {
    if (stopped) {
      return;
    }
    if (error instanceof CatalogException) {
      // The topic was deleted: what was sent to it is gone with it.
      oneKnows();
      return;
    }
    if (error instanceof StaleProducerException) {
      LOG.warn(
          "the transaction of {} had already been ended by others in {}: {}",
          transactionalId,
          who,
          error.getMessage());
      oneKnows();
      return;
    }
    if (!reported) {
      reported = true;
      Failures.report(
          "ending the transaction of " + transactionalId + " in " + who + " (goes on trying)",
          error);
    }
    shard
        .timers()
        .after(
            config.retryMs(),
            () -> {
              if (!stopped) {
                again.run();
              }
            });
  }
}

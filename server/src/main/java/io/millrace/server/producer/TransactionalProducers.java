package io.millrace.server.producer;

import io.millrace.kernel.Timers.Timer;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.Machines;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.Shards;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transaction coordinator for the transactional ids of one shard: {@link ProducerRules} say
 * what becomes of a request, a record makes it so, {@link TransactionEnding} tells the
 * participants. The shard's thread.
 *
 * <p>A granted request is answered when it is durable, on this shard's thread and in the order of
 * the decisions. Who hands on what was granted (a batch to its partition, offsets to their group)
 * from within that answer is therefore ahead of the marker that a later decision sends after it,
 * and no partition is left with a transaction that nobody ends.
 *
 * <p>Refusals are exceptions of Kafka's: {@link Errors#INVALID_PRODUCER_ID_MAPPING}, {@link
 * Errors#PRODUCER_FENCED}, {@link Errors#INVALID_TXN_STATE}, {@link
 * Errors#CONCURRENT_TRANSACTIONS}, {@link Errors#TRANSACTION_ABORTABLE}.
 */
public final class TransactionalProducers implements StateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionalProducers.class);

  /** Groups in one transaction: each costs memory here, and clients can name any. */
  private static final int MAX_GROUPS = 1000;

  /** Characters in the name of each. */
  private static final int MAX_GROUP_ID = 1000;

  /** Length of a transactional id. */
  private static final int MAX_ID_CHARS = 1000;

  private final Shard<Machines> shard;
  private final Shards shards;
  private final ProducerIdSource ids;
  private final TransactionGroups groups;
  private final ProducerConfig config;
  private final TransactionStats stats;
  private final Map<String, TransactionalProducer> producers = new HashMap<>();
  private @Nullable Timer expiryTimer;

  public TransactionalProducers(
      Shard<Machines> shard,
      Shards shards,
      ProducerIdSource ids,
      TransactionGroups groups,
      ProducerConfig config,
      TransactionStats stats) {
    this.shard = shard;
    this.shards = shards;
    this.ids = ids;
    this.groups = groups;
    this.config = config;
    this.stats = stats;
  }

  // ---- requests

  /**
   * A producer begins. Its predecessor's transaction is aborted, and the answer waits until that is
   * done.
   */
  public void init(InitProducer asked, Reply<ProducerIdentity> reply) {
    init(asked, ProducerEntry.NO_PRODUCER_ID, reply);
  }

  private void init(InitProducer asked, long freshId, Reply<ProducerIdentity> reply) {
    String id = asked.transactionalId();
    if (asked.timeoutMs() < 1 || asked.timeoutMs() > config.maxTimeoutMs()) {
      refuse(Errors.INVALID_TRANSACTION_TIMEOUT, reply);
      return;
    }
    if (id.length() > MAX_ID_CHARS) {
      reply.fail(
          Errors.INVALID_REQUEST.exception(
              "a transactional id has at most " + MAX_ID_CHARS + " characters"));
      return;
    }
    if (!producers.containsKey(id) && producers.size() >= config.maxIds()) {
      reply.fail(
          Errors.POLICY_VIOLATION.exception(
              "there are too many transactional ids: use the same ones again"));
      return;
    }
    Verdict verdict = ProducerRules.init(entryOf(id), asked, freshId, nowMs());
    if (verdict instanceof Verdict.Refused refused) {
      refuse(refused.error(), reply);
    } else if (verdict instanceof Verdict.NeedsProducerId) {
      withFreshId((state, fresh) -> state.init(asked, fresh, reply), reply);
    } else if (verdict instanceof Verdict.Waits) {
      ending(id).whenEnded(ended -> init(asked, freshId, reply), reply);
    } else if (verdict instanceof Verdict.Becomes next) {
      TransactionalProducer producer = become(id, next.entry());
      if (next.entry().state().isPrepared()) {
        LOG.info("a producer of {} begins anew: the transaction that is open is aborted", id);
        drive(producer).whenEnded(ended -> init(asked, freshId, reply), reply);
      } else {
        answer(id, reply);
      }
    } else {
      answer(id, reply);
    }
  }

  /** Participants join the producer's transaction; the first begin it. */
  void join(ProducerKey asked, Participants participants, Reply<Void> reply) {
    TransactionalProducer producer = writer(asked, reply);
    if (producer == null) {
      return;
    }
    if (participants.groups().stream().anyMatch(group -> group.length() > MAX_GROUP_ID)) {
      reply.fail(
          Errors.INVALID_GROUP_ID.exception(
              "a group in a transaction has a name of " + MAX_GROUP_ID + " characters at most"));
      return;
    }
    if (!producer.hasAll(participants)) {
      if (producer.groupCount() + participants.groups().size() > MAX_GROUPS) {
        reply.fail(
            Errors.INVALID_REQUEST.exception(
                "a transaction has offsets of " + MAX_GROUPS + " groups at most"));
        return;
      }
      boolean begins = producer.state() != TransactionState.ONGOING;
      shard.record(new ProducerJoinedRecord(asked.transactionalId(), nowMs(), participants));
      if (begins) {
        stats.transactionBegan();
        watch(producer);
      }
    }
    done(reply);
  }

  /** Makes sure that participants have joined the producer's transaction before. */
  void verify(ProducerKey asked, Participants participants, Reply<Void> reply) {
    TransactionalProducer producer = writer(asked, reply);
    if (producer == null) {
      return;
    }
    if (producer.hasAll(participants)) {
      done(reply);
    } else {
      refuse(Errors.TRANSACTION_ABORTABLE, reply);
    }
  }

  /** The producer when it may write; else {@code reply} is told why not. */
  private @Nullable TransactionalProducer writer(ProducerKey asked, Reply<Void> reply) {
    TransactionalProducer producer = producers.get(asked.transactionalId());
    Errors error = ProducerRules.mayWrite(entryOf(asked.transactionalId()), asked.identity());
    if (error != Errors.NONE) {
      refuse(error, reply);
      return null;
    }
    return producer;
  }

  /**
   * Ends a transaction, and answers when all participants know.
   *
   * @param bump whether the producer gets a new epoch with it (KIP-890); the answer says which
   */
  void end(ProducerKey asked, boolean commit, boolean bump, Reply<ProducerIdentity> reply) {
    end(asked, commit, bump, ProducerEntry.NO_PRODUCER_ID, reply);
  }

  private void end(
      ProducerKey asked,
      boolean commit,
      boolean bump,
      long freshId,
      Reply<ProducerIdentity> reply) {
    String id = asked.transactionalId();
    ProducerEntry known = entryOf(id);
    Verdict verdict =
        bump
            ? ProducerRules.endWithBump(known, asked.identity(), commit, freshId, nowMs())
            : ProducerRules.end(known, asked.identity(), commit, nowMs());
    if (verdict instanceof Verdict.Refused refused) {
      refuse(refused.error(), reply);
    } else if (verdict instanceof Verdict.NeedsProducerId) {
      withFreshId((state, fresh) -> state.end(asked, commit, bump, fresh, reply), reply);
    } else if (verdict instanceof Verdict.Waits) {
      ending(id).whenEnded(ended -> reply.ok(ended.identity()), reply);
    } else if (verdict instanceof Verdict.Becomes next) {
      TransactionalProducer producer = become(id, next.entry());
      if (next.entry().state().isPrepared()) {
        drive(producer).whenEnded(ended -> reply.ok(ended.identity()), reply);
      } else {
        answer(id, reply);
      }
    } else {
      answer(id, reply);
    }
  }

  /** What is known of a transactional id; null when nothing is. */
  @Nullable TransactionInfo describe(String transactionalId) {
    TransactionalProducer producer = producers.get(transactionalId);
    return producer == null ? null : producer.info();
  }

  /** What is known of all transactional ids of this shard. */
  List<TransactionInfo> list() {
    return producers.values().stream().map(TransactionalProducer::info).toList();
  }

  // ---- answers

  private void refuse(Errors error, Reply<?> reply) {
    if (error == Errors.PRODUCER_FENCED) {
      stats.producerFenced();
    }
    reply.fail(error.exception());
  }

  private void answer(String id, Reply<ProducerIdentity> reply) {
    shard.whenDurable(reply, known(id).entry().identity());
  }

  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private void done(Reply<Void> reply) {
    shard.whenDurable(reply, null);
  }

  private interface WithFreshId {
    void run(TransactionalProducers state, long freshId);
  }

  private void withFreshId(WithFreshId request, Reply<?> reply) {
    ids.next(
        new Reply<>() {
          @Override
          public void ok(Long fresh) {
            shard.handle(
                machines -> request.run(machines.get(TransactionalProducers.class), fresh), reply);
          }

          @Override
          public void fail(RuntimeException error) {
            reply.fail(error);
          }
        });
  }

  // ---- transitions

  private long nowMs() {
    return shard.clock().wallMs();
  }

  private @Nullable ProducerEntry entryOf(String id) {
    TransactionalProducer producer = producers.get(id);
    return producer == null ? null : producer.entry();
  }

  private TransactionalProducer known(String id) {
    TransactionalProducer producer = producers.get(id);
    if (producer == null) {
      throw new IllegalStateException("nothing is known of the transactional id " + id);
    }
    return producer;
  }

  private TransactionalProducer become(String id, ProducerEntry entry) {
    shard.record(new ProducerChangedRecord(id, entry));
    TransactionalProducer producer = known(id);
    producer.cancelTimeout();
    return producer;
  }

  private TransactionEnding ending(String id) {
    TransactionEnding ending = known(id).ending();
    if (ending == null) {
      throw new IllegalStateException("the transaction of " + id + " is not being ended");
    }
    return ending;
  }

  /** Tells the participants of what was just decided, once that is durable. */
  private TransactionEnding drive(TransactionalProducer producer) {
    TransactionEnding ending = newEnding(producer);
    shard.whenDurable(
        new Reply<>() {
          @Override
          public void ok(TransactionEnding durable) {
            durable.start();
          }

          @Override
          public void fail(RuntimeException error) {
            // The shard has stopped, which answers everyone; recovery finds what was decided.
          }
        },
        ending);
    return ending;
  }

  private TransactionEnding newEnding(TransactionalProducer producer) {
    TransactionEnding ending =
        new TransactionEnding(producer, shard, shards, groups, config, () -> complete(producer));
    producer.setEnding(ending);
    return ending;
  }

  /**
   * Everyone knows. That may be forgotten by a crash, after which everyone hears it again; what the
   * producer does next is recorded behind it. So nobody waits for the disk.
   */
  private void complete(TransactionalProducer producer) {
    ProducerEntry complete = producer.entry().completed(nowMs());
    TransactionEnding ending = ending(producer.id());
    shard.recordLazily(new ProducerChangedRecord(producer.id(), complete));
    producer.setEnding(null);
    stats.transactionEnded(complete.state().isCommit());
    ending.ended(complete);
  }

  // ---- time

  /** Aborts the transaction that is under way if it takes too long. */
  private void watch(TransactionalProducer producer) {
    long startMs = producer.entry().startMs();
    int timeoutMs = producer.entry().timeoutMs();
    // No longer than from now on, should the clock have gone back since.
    long leftMs = Math.max(0, Math.min(timeoutMs, startMs + timeoutMs - nowMs()));
    producer.setTimeout(shard.timers().after(leftMs, () -> timedOut(producer, startMs)));
  }

  private void timedOut(TransactionalProducer producer, long startMs) {
    if (producer.state() != TransactionState.ONGOING || producer.entry().startMs() != startMs) {
      return;
    }
    LOG.warn(
        "the transaction of {} has taken more than {} ms and is aborted",
        producer.id(),
        producer.entry().timeoutMs());
    stats.transactionTimedOut();
    become(producer.id(), producer.entry().fenced(ProducerEntry.NO_EPOCH, nowMs()));
    drive(producer);
  }

  private void scheduleExpiry() {
    expiryTimer =
        shard
            .timers()
            .after(
                config.expiryCheckMs(),
                () -> {
                  try {
                    expire();
                  } finally {
                    scheduleExpiry();
                  }
                });
  }

  private void expire() {
    long beforeMs = nowMs() - config.idExpirationMs();
    for (TransactionalProducer producer : List.copyOf(producers.values())) {
      if (!producer.state().isOpen() && producer.entry().updatedMs() <= beforeMs) {
        LOG.info("the transactional id {} was not used for long and is forgotten", producer.id());
        shard.recordLazily(new ProducerForgottenRecord(producer.id()));
      }
    }
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(
        ProducerRecord.TYPE,
        ProducerChangedRecord.TYPE,
        ProducerJoinedRecord.TYPE,
        ProducerForgottenRecord.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    if (record instanceof ProducerRecord whole) {
      create(whole.transactionalId(), whole.entry()).replay(whole);
    } else if (record instanceof ProducerChangedRecord changed) {
      create(changed.transactionalId(), changed.entry()).replay(changed);
    } else if (record instanceof ProducerJoinedRecord joined) {
      ifKnown(joined.transactionalId(), producer -> producer.replay(joined));
    } else if (record instanceof ProducerForgottenRecord forgotten) {
      ifKnown(forgotten.transactionalId(), TransactionalProducer::replayForgotten);
      producers.remove(forgotten.transactionalId());
    } else {
      throw new IllegalArgumentException("not a record of producers: " + record);
    }
  }

  private TransactionalProducer create(String id, ProducerEntry entry) {
    return producers.computeIfAbsent(id, key -> new TransactionalProducer(key, entry));
  }

  private void ifKnown(String id, Consumer<TransactionalProducer> action) {
    TransactionalProducer producer = producers.get(id);
    if (producer != null) {
      action.accept(producer);
    }
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    return new ArrayList<>(producers.values());
  }

  @Override
  public void onRecovered() {
    for (TransactionalProducer producer : List.copyOf(producers.values())) {
      if (producer.state().isPrepared()) {
        newEnding(producer).start();
      } else if (producer.state() == TransactionState.ONGOING) {
        watch(producer);
      }
    }
    scheduleExpiry();
  }

  @Override
  public void onStopped(RuntimeException reason) {
    Timer timer = expiryTimer;
    if (timer != null) {
      timer.cancel();
    }
    for (TransactionalProducer producer : producers.values()) {
      producer.cancelTimeout();
      TransactionEnding ending = producer.ending();
      if (ending != null) {
        ending.stop(reason);
      }
    }
  }
}

package io.millrace.server.tx;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.Sequences;
import io.millrace.kernel.Failures;
import io.millrace.log.LogId;
import io.millrace.server.cursor.CursorMachine;
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
import java.util.UUID;

/**
 * The transactions that this shard coordinates. The shard's thread.
 *
 * <pre>
 *   (collected by the door) ──► DECIDED ──► APPLIED
 *              │                    ▲ │
 *              ▼                    └─┘ a participant is tried again, after a restart too
 *         ROLLED BACK (nothing was recorded)
 * </pre>
 *
 * <p>Nothing is visible before the decision is durable, and a decision is never taken back. A
 * transaction that only consumes, and only on this shard, is settled by the very append that
 * records it.
 */
public final class Transactions implements StateMachine {
  private final Shard<Machines> shard;
  private final Shards shards;
  private final CursorMachine cursors;
  private final TxConfig config;
  private final TxState state = new TxState();
  private final Map<LogId, LogApplier> appliers = new HashMap<>();
  private final Map<Long, Application> applying = new HashMap<>();

  public Transactions(
      Shard<Machines> shard, Shards shards, CursorMachine cursors, TxConfig config) {
    this.shard = shard;
    this.shards = shards;
    this.cursors = cursors;
    this.config = config;
  }

  /** Whether this transaction of a session took place, as far as this shard knows. */
  public boolean isCommitted(TxKey key) {
    return state.isCommitted(key);
  }

  /** Answers when all that a committed transaction did can be seen. */
  public void whenApplied(TxKey key, Reply<Void> reply) {
    for (Application application : applying.values()) {
      if (key.equals(application.decided.key())) {
        application.waiting.add(reply);
        return;
      }
    }
    done(reply);
  }

  /** A connection has ended for good: nobody will ask about its transactions. */
  public void forget(UUID connection) {
    state.forget(connection);
  }

  /** A topic was deleted. */
  public void forgetTopic(UUID topicId) {
    state.forgetTopic(topicId);
  }

  /** How many decisions are not applied everywhere yet. */
  public int pending() {
    return applying.size();
  }

  /**
   * Decides. What is consumed on other shards is known to be in flight to its consumers and stays
   * so until this has answered.
   *
   * @param reply when all of it is durable and can be seen; {@link TransactionRolledBackException}
   *     when nothing took place
   */
  public void commit(TxWork work, Reply<Void> reply) {
    TxKey key = work.key();
    if (key != null && state.isCommitted(key)) {
      whenApplied(key, reply);
      return;
    }
    List<TxAck> own = new ArrayList<>();
    List<TxDecided.Ack> others = new ArrayList<>();
    for (TxAck ack : work.acks()) {
      if (shards.ofPartition(ack.cursor().log()) == shard) {
        if (!cursors.holdsAll(ack.cursor(), ack.consumer(), ack.runs())) {
          throw notHeld(ack);
        }
        own.add(ack);
      } else {
        others.add(new TxDecided.Ack(ack.cursor(), ack.runs()));
      }
    }
    if (work.sends().isEmpty() && others.isEmpty()) {
      if (key != null) {
        shard.record(new TxCommitted(key));
      }
      settle(own);
      done(reply);
      return;
    }
    TxDecided decided = new TxDecided(state.nextDecision(), key, sequenced(work.sends()), others);
    shard.record(decided);
    settle(own);
    Application application = new Application(decided);
    application.waiting.add(reply);
    applying.put(decided.decision(), application);
    shard.whenDurable(
        new Reply<>() {
          @Override
          public void ok(Application durable) {
            durable.start(false);
          }

          @Override
          public void fail(RuntimeException error) {
            // The shard has stopped, which answers everyone; recovery finds what was decided.
          }
        },
        application);
  }

  static TransactionRolledBackException notHeld(TxAck ack) {
    return new TransactionRolledBackException(
        "rolled back: messages that the transaction consumed from "
            + ack.cursor().log()
            + " are not with its consumer any more");
  }

  private void settle(List<TxAck> acks) {
    for (TxAck ack : acks) {
      cursors.settleDecided(ack.cursor(), ack.runs(), Reply.none("settling a transaction"));
    }
  }

  private List<TxDecided.Send> sequenced(List<TxSend> sends) {
    Map<LogId, Integer> next = new HashMap<>();
    List<TxDecided.Send> sequenced = new ArrayList<>(sends.size());
    for (TxSend send : sends) {
      int sequence = next.getOrDefault(send.log(), state.nextSequence(send.log()));
      int count = new RecordBatchView().wrap(send.batch(), send.batch().position()).recordCount();
      next.put(send.log(), Sequences.plus(sequence, count));
      sequenced.add(new TxDecided.Send(send.log(), sequence, send.batch()));
    }
    return sequenced;
  }

  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private void done(Reply<Void> reply) {
    shard.whenDurable(reply, null);
  }

  /** One decision on its way to its participants. */
  private final class Application {
    private final TxDecided decided;
    private final List<Reply<Void>> waiting = new ArrayList<>();
    private int left;

    Application(TxDecided decided) {
      this.decided = decided;
    }

    /**
     * Sends it to everyone.
     *
     * @param again whether some may have it already
     */
    void start(boolean again) {
      left = decided.sends().size() + decided.acks().size();
      for (TxDecided.Send send : decided.sends()) {
        appliers
            .computeIfAbsent(
                send.log(), log -> new LogApplier(log, shard, shards.ofPartition(log), config))
            .add(send, again, this::oneDone);
      }
      decided.acks().forEach(this::settle);
    }

    private void settle(TxDecided.Ack ack) {
      Reply<Void> answer =
          new Reply<>() {
            @Override
            public void ok(Void response) {
              shard.event(Application.this::oneDone);
            }

            @Override
            public void fail(RuntimeException error) {
              Failures.report("settling what a transaction consumed", error);
              shard.event(() -> shard.timers().after(config.retryMs(), () -> settle(ack)));
            }
          };
      if (applying.get(decided.decision()) == this) {
        shards
            .ofPartition(ack.cursor().log())
            .handle(
                machines ->
                    machines
                        .get(CursorMachine.class)
                        .settleDecided(ack.cursor(), ack.runs(), answer),
                answer);
      }
    }

    private void oneDone() {
      if (--left > 0 || applying.get(decided.decision()) != this) {
        return;
      }
      applying.remove(decided.decision());
      shard.record(new TxApplied(decided.decision()));
      decided.sends().forEach(send -> dropIfIdle(send.log()));
      waiting.forEach(Transactions.this::done);
    }
  }

  private void dropIfIdle(LogId log) {
    LogApplier applier = appliers.get(log);
    if (applier != null && applier.isIdle()) {
      appliers.remove(log);
    }
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(TxDecided.TYPE, TxApplied.TYPE, TxCommitted.TYPE, TxSequence.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    state.replay(record);
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    return state.aggregates();
  }

  @Override
  public void onRecovered() {
    for (TxDecided decided : state.pending()) {
      Application application = new Application(decided);
      applying.put(decided.decision(), application);
      application.start(true);
    }
  }

  @Override
  public void onStopped(RuntimeException reason) {
    List<Application> stopped = List.copyOf(applying.values());
    applying.clear();
    appliers.values().forEach(LogApplier::close);
    appliers.clear();
    stopped.forEach(application -> application.waiting.forEach(waiting -> waiting.fail(reason)));
  }
}

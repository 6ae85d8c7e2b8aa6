package io.millrace.server.tx;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.Sequences;
import io.millrace.log.LogId;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a shard knows of transactions for ever; changed by replaying records only. The shard's
 * thread.
 */
final class TxState {
  private final TreeMap<Long, TxDecided> pending = new TreeMap<>();
  private final Map<TxKey.SessionKey, TxKey> committed = new HashMap<>();
  private final Map<LogId, Integer> sequences = new HashMap<>();
  private long nextDecision = 1;

  /** Decided and not yet applied everywhere, in the order of the decisions. */
  List<TxDecided> pending() {
    return List.copyOf(pending.values());
  }

  @Nullable TxDecided pending(long decision) {
    return pending.get(decision);
  }

  long nextDecision() {
    return nextDecision;
  }

  int nextSequence(LogId log) {
    return sequences.getOrDefault(log, 0);
  }

  /** Whether this is the newest transaction of its session that took place. */
  boolean isCommitted(TxKey key) {
    return key.equals(committed.get(key.sessionKey()));
  }

  void replay(StateRecord record) {
    if (record instanceof TxDecided decided) {
      pending.put(decided.decision(), decided);
      nextDecision = Math.max(nextDecision, decided.decision() + 1);
      for (TxDecided.Send send : decided.sends()) {
        RecordBatchView batch = new RecordBatchView().wrap(send.batch(), send.batch().position());
        sequences.put(send.log(), Sequences.plus(send.sequence(), batch.recordCount()));
      }
      remember(decided.key());
    } else if (record instanceof TxApplied applied) {
      pending.remove(applied.decision());
      nextDecision = Math.max(nextDecision, applied.decision() + 1);
    } else if (record instanceof TxCommitted done) {
      remember(done.key());
    } else if (record instanceof TxSequence sequence) {
      sequences.put(sequence.log(), sequence.next());
    }
  }

  private void remember(@Nullable TxKey key) {
    if (key != null) {
      committed.put(key.sessionKey(), key);
    }
  }

  /** Nobody will ask about these any more. Not recorded: it is only about space. */
  void forget(UUID connection) {
    committed.keySet().removeIf(session -> session.connection().equals(connection));
  }

  /** A topic is gone: its sequences are not needed. */
  void forgetTopic(UUID topicId) {
    sequences.keySet().removeIf(log -> log.group().equals(topicId));
  }

  /** Everything to be kept, in pieces. */
  Collection<Aggregate> aggregates() {
    List<Aggregate> all = new ArrayList<>();
    // Replaying a decision puts its sequences back: the present ones have to follow.
    for (TxDecided decided : pending()) {
      all.add(new Piece(() -> pending.containsKey(decided.decision()), out -> out.accept(decided)));
    }
    for (LogId log : List.copyOf(sequences.keySet())) {
      all.add(
          new Piece(
              () -> sequences.containsKey(log),
              out -> out.accept(new TxSequence(log, nextSequence(log)))));
    }
    for (TxKey.SessionKey session : List.copyOf(committed.keySet())) {
      all.add(
          new Piece(
              () -> committed.containsKey(session),
              out -> {
                TxKey key = committed.get(session);
                if (key != null) {
                  out.accept(new TxCommitted(key));
                }
              }));
    }
    return all;
  }

  private record Piece(
      java.util.function.BooleanSupplier alive, Consumer<Consumer<StateRecord>> write)
      implements Aggregate {
    @Override
    public boolean live() {
      return alive.getAsBoolean();
    }

    @Override
    public void snapshot(Consumer<StateRecord> out) {
      write.accept(out);
    }
  }
}

package io.millrace.server.door.jms;

import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.jms.wire.TransactedSend;
import io.millrace.log.StoreFullException;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.ShardUnavailableException;
import io.millrace.server.tx.TransactionCoordinator;
import io.millrace.server.tx.TransactionRolledBackException;
import io.millrace.server.tx.TxAck;
import io.millrace.server.tx.TxKey;
import io.millrace.server.tx.TxSend;
import io.millrace.server.tx.TxWork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Carries out COMMIT frames. On the event loop, guarded by the client. */
final class Commits {
  private final JmsConnection connection;
  private final TransactionCoordinator transactions;
  private final JmsMetrics metrics;

  Commits(JmsConnection connection, TransactionCoordinator transactions, JmsMetrics metrics) {
    this.connection = connection;
    this.transactions = transactions;
    this.metrics = metrics;
  }

  /**
   * Commits, or answers as before when the same was asked before.
   *
   * @param returned whether the client may have asked on an earlier socket
   * @param size of the request, which counts until it is answered
   */
  void commit(JmsClient client, JmsSession session, Commit frame, boolean returned, int size) {
    Reply<Void> answer = metrics.commit(connection.done(frame.requestId(), size));
    if (session.await(frame.txId(), answer)) {
      return;
    }
    boolean repeated = session.begin(frame.txId()) || returned;
    JmsSession.Open open = session.take(frame.txId());
    TxKey key = new TxKey(client.key(), session.id(), frame.txId());
    Reply<Void> outcome = outcome(client, session, frame.txId(), open);
    TxWork work;
    try {
      RefusedException refusal = open.refusal();
      if (refusal != null) {
        throw refusal;
      }
      if (!open.hasAll(frame.earlySends(), frame.earlyAcks())) {
        throw new TransactionRolledBackException(
            "rolled back: the connection broke behind a part of the transaction");
      }
      work = new TxWork(key, sends(open, frame), acks(client, open, frame));
    } catch (RuntimeException e) {
      refuse(key, repeated, e, outcome);
      return;
    }
    transactions.commit(work, repeated, outcome);
  }

  /** It cannot be carried out now; but perhaps it was before. */
  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private void refuse(TxKey key, boolean repeated, RuntimeException reason, Reply<Void> outcome) {
    if (!repeated) {
      outcome.fail(reason);
      return;
    }
    transactions.wasCommitted(
        key,
        new Reply<>() {
          @Override
          public void ok(Boolean committed) {
            if (committed) {
              outcome.ok(null);
            } else {
              outcome.fail(reason);
            }
          }

          @Override
          public void fail(RuntimeException error) {
            outcome.fail(error);
          }
        });
  }

  /** Tells everyone who has asked, on whatever socket. */
  private static Reply<Void> outcome(
      JmsClient client, JmsSession session, long txId, JmsSession.Open open) {
    return new Reply<>() {
      @Override
      @SuppressWarnings("NullAway") // A reply of Void can only be null.
      public void ok(Void response) {
        open.close();
        ended(client, session, txId).forEach(waiting -> waiting.ok(null));
      }

      @Override
      public void fail(RuntimeException error) {
        if (error instanceof StoreFullException) {
          synchronized (client) {
            session.putBack(open);
          }
        } else {
          open.close();
        }
        RuntimeException told = withDoubt(error);
        ended(client, session, txId).forEach(waiting -> waiting.fail(told));
      }
    };
  }

  /** Where a shard stopped, this attempt or one before may have been decided. */
  private static RuntimeException withDoubt(RuntimeException error) {
    return error instanceof ShardUnavailableException
        ? new ShardUnavailableException(
            error.getMessage()
                + "; whether the transaction has taken place is unknown: commit again to learn it",
            true,
            error)
        : error;
  }

  private static List<Reply<Void>> ended(JmsClient client, JmsSession session, long txId) {
    synchronized (client) {
      return session.end(txId);
    }
  }

  private List<TxSend> sends(JmsSession.Open open, Commit frame) {
    List<TxSend> sends = new ArrayList<>(open.sends);
    for (TransactedSend send : frame.sends()) {
      Topic topic = connection.destination(send.destinationId());
      if (!topic.hasPartition(send.partition())) {
        throw CatalogException.unknownPartition(topic, send.partition());
      }
      SentBatches.checkUncompressed(send.batch());
      connection.check(Operation.WRITE, topic);
      sends.add(new TxSend(topic.partition(send.partition()), send.batch()));
    }
    return sends;
  }

  private record Held(CursorKey cursor, ConsumerKey consumer) {}

  private static List<TxAck> acks(JmsClient client, JmsSession.Open open, Commit frame) {
    Map<Held, List<OffsetRun>> runs = new LinkedHashMap<>();
    List<TransactedAck> all = new ArrayList<>(open.acks);
    all.addAll(frame.acks());
    for (TransactedAck ack : all) {
      JmsConsumer consumer = client.consumers().get(ack.consumerId());
      if (consumer == null) {
        throw new TransactionRolledBackException(
            "rolled back: a consumer of the transaction is gone with its messages");
      }
      runs.computeIfAbsent(
              new Held(consumer.part(ack.range().partition()), consumer.key()),
              held -> new ArrayList<>())
          .add(new OffsetRun(ack.range().first(), ack.range().last()));
    }
    List<TxAck> acks = new ArrayList<>(runs.size());
    runs.forEach((held, of) -> acks.add(new TxAck(held.cursor, held.consumer, of)));
    return acks;
  }
}

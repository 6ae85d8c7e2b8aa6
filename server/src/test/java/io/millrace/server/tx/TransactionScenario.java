package io.millrace.server.tx;

import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorConsumer;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStart;
import io.millrace.server.cursor.Cursors;
import io.millrace.server.cursor.DeliveredRun;
import io.millrace.server.cursor.DeliverySink;
import io.millrace.server.cursor.Departure;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.cursor.Outcome;
import io.millrace.server.cursor.Subscription;
import io.millrace.server.cursor.SubscriptionKey;
import io.millrace.server.cursor.SubscriptionSpec;
import io.millrace.server.shard.Reply;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Makes a server write every kind of record that cursors and transactions decide live. */
public final class TransactionScenario {
  private static final UUID CONNECTION = new UUID(3, 4);

  private TransactionScenario() {}

  /** Takes nothing down: the scenario knows what it is given. */
  private static final class Silent implements DeliverySink {
    private int delivered;

    @Override
    public void deliver(List<DeliveredRun> messages) {
      messages.forEach(run -> delivered += run.count());
    }

    @Override
    public void onEnd(int partition) {
      throw new AssertionError("this is no browser");
    }

    @Override
    public void onClosed(RuntimeException why) {
      delivered = 0;
    }
  }

  /** Consumes, releases, commits, moves, subscribes and unsubscribes. */
  public static void consumeAndCommit(SteppedServer server) {
    Cursors cursors = server.broker().cursors();
    Topic queue = server.createTopic(TopicSpec.queue("scenario"));
    CursorKey part = new CursorKey(queue.id(), 0, CursorKey.QUEUE);
    server.produce(queue.partition(0), "a", "b", "c");
    CursorConsumer consumer = new CursorConsumer(new ConsumerKey(CONNECTION, 1), new Silent());
    consumer.addCredit(3);
    done(server, reply -> cursors.ensure(part, CursorStart.BEGINNING, true, reply));
    server.<List<OffsetRun>>ask(reply -> cursors.attach(part, consumer, List.of(), reply));
    done(
        server,
        reply -> cursors.settle(part, consumer.key(), Outcome.RELEASE, List.of(run(0)), reply));
    commit(server, 1, List.of(), new TxAck(part, consumer.key(), List.of(run(1))));
    commit(
        server,
        2,
        List.of(new TxSend(queue.partition(0), server.batch("d"))),
        new TxAck(part, consumer.key(), List.of(run(2))));
    done(server, reply -> cursors.move(part, 1, reply));
    done(server, reply -> cursors.detach(part, consumer.key(), Departure.CLOSED, reply));
    SubscriptionKey name = new SubscriptionKey("client", "name", true);
    server.<Subscription>ask(
        reply ->
            cursors.join(
                name,
                new SubscriptionSpec(queue.id(), 1, false, null, false),
                consumer.key(),
                before -> {},
                reply));
    cursors.leave(name, consumer.key());
    done(server, reply -> cursors.unsubscribe(name, topic -> {}, reply));
    done(server, reply -> cursors.remove(part, reply));
  }

  private static OffsetRun run(long offset) {
    return new OffsetRun(offset, offset);
  }

  private static void commit(SteppedServer server, long id, List<TxSend> sends, TxAck ack) {
    TxWork work = new TxWork(new TxKey(CONNECTION, 1, id), sends, List.of(ack));
    done(server, reply -> server.broker().transactions().commit(work, false, reply));
  }

  private static void done(SteppedServer server, Consumer<Reply<Void>> request) {
    Answer<Void> answer = server.begin(request);
    server.settle();
    if (!answer.isOk()) {
      throw new AssertionError("not done", answer.isDone() ? answer.error() : null);
    }
  }
}

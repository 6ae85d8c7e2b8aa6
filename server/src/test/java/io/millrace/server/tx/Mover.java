package io.millrace.server.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorConsumer;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStart;
import io.millrace.server.cursor.DeliveredRun;
import io.millrace.server.cursor.DeliverySink;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.shard.Reply;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A client that consumes from one queue and sends to two others, each message in a transaction. It
 * remembers what it holds, comes back after a crash, and asks again for what was not answered.
 */
final class Mover implements DeliverySink {
  private final SteppedServer server;
  private final UUID connection;
  private final Topic in;
  private final Topic first;
  private final Topic second;
  private final CursorKey cursor;
  private final TreeSet<Long> held = new TreeSet<>();
  private CursorConsumer consumer;
  private long transaction;

  Mover(SteppedServer server, int messages) {
    this.server = server;
    this.connection = new UUID(5, 5);
    this.in = server.createTopic(TopicSpec.queue("in"));
    this.first = server.createTopic(TopicSpec.queue("first"));
    this.second = server.createTopic(TopicSpec.queue("second"));
    this.cursor = new CursorKey(in.id(), 0, CursorKey.QUEUE);
    this.consumer = newConsumer();
    String[] values = new String[messages];
    for (int i = 0; i < messages; i++) {
      values[i] = Integer.toString(i);
    }
    server.produce(in.partition(0), values);
    attach();
  }

  private CursorConsumer newConsumer() {
    CursorConsumer fresh = new CursorConsumer(new ConsumerKey(connection, 1), this);
    fresh.addCredit(1 << 20);
    return fresh;
  }

  private void attach() {
    Answer<Void> ensured =
        server.begin(
            reply -> server.broker().cursors().ensure(cursor, CursorStart.BEGINNING, true, reply));
    server.settle();
    assertThat(ensured.isOk()).isTrue();
    List<OffsetRun> claimed = held.stream().map(offset -> new OffsetRun(offset, offset)).toList();
    List<OffsetRun> lost =
        server.ask(reply -> server.broker().cursors().attach(cursor, consumer, claimed, reply));
    for (OffsetRun run : lost) {
      held.removeIf(offset -> run.first() <= offset && offset <= run.last());
    }
    server.settle();
  }

  /** The server was started again. */
  void comeBack() {
    consumer = newConsumer();
    attach();
  }

  Topic first() {
    return first;
  }

  Topic second() {
    return second;
  }

  /** What it has and has not finished with. */
  NavigableSet<Long> held() {
    return held;
  }

  void beginTransaction() {
    transaction++;
  }

  /** Asks to consume a message and send it to both queues. */
  Answer<Void> commit(long offset, boolean again) {
    String value = Long.toString(offset);
    TxWork work =
        new TxWork(
            new TxKey(connection, 1, transaction),
            List.of(
                new TxSend(first.partition(0), server.batch(value)),
                new TxSend(second.partition(0), server.batch(value))),
            List.of(new TxAck(cursor, consumer.key(), List.of(new OffsetRun(offset, offset)))));
    return server.begin(reply -> server.broker().transactions().commit(work, again, reply));
  }

  /** Which messages are not settled. */
  List<OffsetRun> unsettled() {
    return server.ask(
        (Reply<List<OffsetRun>> reply) ->
            server.broker().cursors().unsettled(cursor, Long.MAX_VALUE, reply));
  }

  boolean isSettled(long offset) {
    return unsettled().stream().noneMatch(run -> run.first() <= offset && offset <= run.last());
  }

  @Override
  public void deliver(List<DeliveredRun> messages) {
    for (DeliveredRun run : messages) {
      for (long offset = run.first(); offset <= run.last(); offset++) {
        held.add(offset);
      }
    }
  }

  @Override
  public void onEnd(int partition) {
    throw new AssertionError("this is no browser");
  }

  @Override
  public void onClosed(RuntimeException why) {
    // The shard has failed; the client comes back.
  }
}

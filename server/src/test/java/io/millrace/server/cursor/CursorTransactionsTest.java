package io.millrace.server.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.testing.TransactionWriter;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What cursors make of the transactions of Kafka producers. */
class CursorTransactionsTest {
  private final SteppedServer server = new SteppedServer(9);
  private final Topic queue = server.createTopic(TopicSpec.queue("q"));
  private final CursorKey key = new CursorKey(queue.id(), 0, CursorKey.QUEUE);
  private final TransactionWriter producer = writer(1);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void holdsBackAnOpenTransactionAndWhatFollowsUntilItIsCommitted() {
    TestConsumer consumer = attached(10);
    server.produce(queue.partition(0), "before");
    producer.send("a", "b");
    server.produce(queue.partition(0), "after");
    assertThat(consumer.values).containsExactly("before");

    producer.commit();
    server.settle();

    assertThat(consumer.values).containsExactly("before", "a", "b", "after");
    assertThat(consumer.received).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void leavesOutAnAbortedTransactionAndNotTheNextOneOfTheSameProducer() {
    TestConsumer consumer = attached(10);
    TransactionWriter other = writer(2);
    producer.send("bad");
    other.send("good");
    producer.abort();
    producer.send("better");
    other.commit();
    producer.commit();
    server.settle();

    assertThat(consumer.values).containsExactly("good", "better");
  }

  @Test
  void leavesOutAnAbortedTransactionThatIsCompressed() {
    producer.sendCompressed("bad", "worse");
    producer.abort();
    producer.sendCompressed("good", "better");
    producer.commit();
    server.settle();

    assertThat(attached(10).values).containsExactly("good", "better");
  }

  @Test
  void leavesOutTheRestOfAnAbortedTransactionInWhoseMiddleItBegins() {
    producer.send("0", "1");
    producer.send("2", "3");
    producer.abort();
    server.produce(queue.partition(0), "5");
    for (long floor : new long[] {1, 2, 3, 4}) {
      TestConsumer consumer = attached(0);
      answered(server.begin(r -> server.broker().cursors().move(key, floor, r)));
      consumer.handle.addCredit(10);
      server.broker().cursors().wake(key);
      server.settle();

      assertThat(consumer.values).as("from offset %d", floor).containsExactly("5");
      answered(
          server.begin(
              r -> server.broker().cursors().detach(key, consumer.key(), Departure.CLOSED, r)));
    }
  }

  @Test
  void settlesWhatItLeavesOut() {
    TestConsumer consumer = attached(10);
    producer.send("bad");
    producer.abort();
    producer.send("good");
    producer.commit();
    server.settle();
    assertThat(stats().depth(4)).as("the message in flight").isEqualTo(1);

    accept(consumer, 2);

    assertThat(stats().floor()).isEqualTo(4);
    assertThat(stats().accepted()).isEqualTo(1);
    assertThat(stats().expired()).isZero();
  }

  @Test
  void isAskedInVainWhileATransactionIsOpen() {
    TestConsumer consumer = attached(10);
    producer.send("a");
    server.settle();
    Answer<Void> poll = server.begin(r -> server.broker().cursors().poll(key, consumer.key(), r));
    server.settle();

    assertThat(poll.isOk()).isTrue();
    assertThat(consumer.values).isEmpty();
  }

  @Test
  void knowsAfterACrashWhatWasAbortedAndWhatIsOpen() {
    producer.send("bad");
    producer.abort();
    producer.send("good");
    producer.commit();
    TransactionWriter other = writer(2);
    other.send("undecided");
    server.settle();
    server.crash();
    TestConsumer consumer = attached(10);
    assertThat(consumer.values).containsExactly("good");

    writer(2).commit();
    server.settle();

    assertThat(consumer.values).containsExactly("good", "undecided");
  }

  @Test
  void whatACrashFoundUndecidedComesForTheFirstTimeAfterwards() {
    server.produce(queue.partition(0), "delivered");
    producer.send("undecided");
    TestConsumer before = attached(10);
    assertThat(before.values).containsExactly("delivered");
    server.crash();
    TestConsumer next = attached(10);
    server.pass(CursorConfig.DEFAULT.recoveryGraceMs() + 50);
    writer(1).commit();
    server.settle();

    assertThat(next.values).containsExactly("delivered", "undecided");
    assertThat(next.held).containsEntry(0L, 2).containsEntry(1L, 1);
  }

  @Test
  void deadLettersAreReadFromAmongAbortedRecords() {
    producer.send("bad");
    producer.abort();
    producer.send("rejected");
    producer.commit();
    TestConsumer consumer = attached(10);
    answered(
        server.begin(
            r -> server.broker().cursors().settle(key, consumer.key(), Outcome.REJECT, run(2), r)));

    assertThat(server.values(server.broker().catalog().get("DLQ.q").partition(0)))
        .containsExactly("rejected");
    assertThat(stats().floor()).isEqualTo(4);
  }

  @Test
  void aBrowserEndsWhereAnOpenTransactionBegins() {
    producer.send("bad");
    producer.abort();
    server.produce(queue.partition(0), "kept");
    producer.send("undecided");
    server.produce(queue.partition(0), "after");
    attached(0);
    TestConsumer browser = new TestConsumer();
    browser.handle.addCredit(10);

    read(new PrivateReader.Spec(queue.partition(0), key, -1, id -> false), browser);

    assertThat(browser.values).containsExactly("kept");
    assertThat(browser.ended).isTrue();
  }

  @Test
  void aSubscriptionBeginsWhereAnOpenTransactionBegins() {
    server.produce(queue.partition(0), "before");
    producer.send("undecided");
    server.settle();
    TestConsumer subscriber = new TestConsumer();
    subscriber.handle.addCredit(10);
    read(new PrivateReader.Spec(queue.partition(0), null, -1, id -> false), subscriber);
    CursorKey durable = new CursorKey(queue.id(), 0, new UUID(1, 2));
    answered(
        server.begin(r -> server.broker().cursors().ensure(durable, CursorStart.END, true, r)));
    TestConsumer later = new TestConsumer();
    later.handle.addCredit(10);
    server.<List<OffsetRun>>ask(
        r -> server.broker().cursors().attach(durable, later.handle, List.of(), r));
    assertThat(subscriber.values).isEmpty();

    producer.commit();
    server.settle();

    assertThat(subscriber.values).containsExactly("undecided");
    assertThat(later.values).containsExactly("undecided");
  }

  // ---- verbs

  private TransactionWriter writer(long producerId) {
    return new TransactionWriter(
        server.view(queue.partition(0)), producerId, server.agents().clock());
  }

  private TestConsumer attached(int credit) {
    TestConsumer consumer = new TestConsumer();
    consumer.handle.addCredit(credit);
    answered(
        server.begin(r -> server.broker().cursors().ensure(key, CursorStart.BEGINNING, true, r)));
    server.<List<OffsetRun>>ask(
        r -> server.broker().cursors().attach(key, consumer.handle, List.of(), r));
    server.settle();
    return consumer;
  }

  private void read(PrivateReader.Spec spec, TestConsumer consumer) {
    server.<Long>ask(r -> server.broker().cursors().read(spec, consumer.handle, r));
    server.settle();
  }

  private void accept(TestConsumer consumer, long offset) {
    answered(
        server.begin(
            r ->
                server
                    .broker()
                    .cursors()
                    .settle(key, consumer.key(), Outcome.ACCEPT, run(offset), r)));
  }

  private static List<OffsetRun> run(long offset) {
    return List.of(new OffsetRun(offset, offset));
  }

  private void answered(Answer<Void> answer) {
    server.settle();
    assertThat(answer.isOk()).isTrue();
  }

  private CursorStats stats() {
    return server.<List<CursorStats>>ask(r -> server.broker().cursors().stats(r)).stream()
        .filter(each -> each.key().equals(key))
        .findFirst()
        .orElseThrow();
  }
}

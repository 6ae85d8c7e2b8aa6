package io.millrace.server.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.HeaderBuffer;
import io.millrace.log.AppendResult;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.shard.Reply;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.testing.Warnings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CursorTest {
  private final SteppedServer server = new SteppedServer(5);
  private final Topic queue = server.createTopic(TopicSpec.queue("q"));
  private final CursorKey key = new CursorKey(queue.id(), 0, CursorKey.QUEUE);

  @Test
  void deliversInOrderAndWithinCredit() {
    send(10);
    TestConsumer consumer = attached(4);

    assertThat(consumer.values).containsExactly("0", "1", "2", "3");
    credit(consumer, 3);
    assertThat(consumer.values).containsExactly("0", "1", "2", "3", "4", "5", "6");
  }

  @Test
  void deliversWhatArrivesLater() {
    TestConsumer consumer = attached(10);
    send(2);
    send(1);

    assertThat(consumer.received).containsExactly(0L, 1L, 2L);
  }

  @Test
  void sharesMessagesAmongConsumers() {
    TestConsumer first = attached(100);
    TestConsumer second = attached(100);
    send(100);

    assertThat(first.received).hasSizeBetween(30, 70);
    assertThat(
            LongStream.concat(
                    first.received.stream().mapToLong(Long::longValue),
                    second.received.stream().mapToLong(Long::longValue))
                .sorted())
        .containsExactlyElementsOf(LongStream.range(0, 100).boxed().toList());
  }

  @Test
  void forgetsWhatIsAccepted() {
    send(5);
    TestConsumer consumer = attached(5);
    settle(consumer, Outcome.ACCEPT, 0, 2);
    settle(consumer, Outcome.ACCEPT, 4, 4);

    CursorStats stats = stats();
    assertThat(stats.floor()).isEqualTo(3);
    assertThat(stats.settledAbove()).isEqualTo(1);
    assertThat(stats.depth(5)).isEqualTo(1);
    assertThat(stats.inFlight()).isEqualTo(1);
  }

  @Test
  void redeliversWhatIsReleasedAndCountsIt() {
    send(3);
    TestConsumer consumer = attached(3);
    settle(consumer, Outcome.RELEASE, 0, 1);
    credit(consumer, 10);

    assertThat(consumer.received).containsExactly(0L, 1L, 2L, 0L, 1L);
    assertThat(consumer.held).containsEntry(0L, 2).containsEntry(1L, 2).containsEntry(2L, 1);
  }

  @Test
  void redeliversWhatIsReturnedAsIfItHadNeverLeft() {
    send(2);
    TestConsumer first = attached(2);
    settle(first, Outcome.RETURN, 0, 1);
    TestConsumer second = attached(2);

    assertThat(second.held).containsEntry(0L, 1).containsEntry(1L, 1);
  }

  @Test
  void redeliversToAnotherConsumerWhenTheFirstDies() {
    send(3);
    TestConsumer first = attached(3);
    TestConsumer second = attached(3);
    assertThat(second.received).isEmpty();
    settle(first, Outcome.ACCEPT, 0, 0);
    detach(first, Departure.LOST);

    assertThat(second.held).containsEntry(1L, 2).containsEntry(2L, 2).hasSize(2);
  }

  @Test
  void oneLineOfTheLogSaysHowManyConsumersWereLostAndWhatTheyHad() {
    send(5);
    TestConsumer first = attached(3);
    TestConsumer second = attached(2);
    TestConsumer inOrder = attached(0);
    try (Warnings log = Warnings.andNews("io.millrace.server.cursor")) {
      detach(first, Departure.LOST);
      detach(second, Departure.LOST);
      detach(inOrder, Departure.CLOSED);
      server.pass(2_000);

      assertThat(log.lines())
          .containsExactly(
              "q-0: the connections of 2 consumers broke and did not come back; 5 messages that"
                  + " they had not acknowledged are delivered again");
    }
  }

  @Test
  void warnsSeldomOfAConsumerThatKeepsManyMessages() {
    try (Warnings log = new Warnings("io.millrace.server.cursor")) {
      TestConsumer consumer = attached(1_000_000);
      sendThousands(9);
      settle(consumer, Outcome.ACCEPT, 0, 999);
      sendThousands(1);
      assertThat(log.lines()).as("it has 9000").isEmpty();
      for (int thousands = 10; thousands <= 12; thousands++) {
        sendThousands(1);
        assertThat(log.lines())
            .as("it has %d000", thousands)
            .containsExactly(
                consumer.handle + " has 10000 messages of q-0 that it has not acknowledged");
      }
      sendThousands(88);
      assertThat(log.lines())
          .hasSize(2)
          .last()
          .asString()
          .endsWith(" has 100000 messages of q-0 that it has not acknowledged");
    }
  }

  private void sendThousands(int thousands) {
    for (int i = 0; i < thousands; i++) {
      send(1_000);
    }
  }

  @Test
  void releasedMessagesComeBeforeNewerOnes() {
    send(10);
    TestConsumer consumer = attached(4);
    settle(consumer, Outcome.RELEASE, 1, 1);
    credit(consumer, 2);

    assertThat(consumer.received).containsExactly(0L, 1L, 2L, 3L, 1L, 4L);
  }

  @Test
  void movesToTheDeadLettersAfterTooManyAttempts() {
    send(2);
    TestConsumer consumer = attached(0);
    for (int attempt = 0; attempt < 10; attempt++) {
      credit(consumer, 1);
      settle(consumer, Outcome.RELEASE, 0, 0);
    }
    credit(consumer, 5);

    assertThat(consumer.received).hasSize(11).endsWith(1L);
    assertThat(server.values(server.broker().catalog().get("DLQ.q").partition(0)))
        .containsExactly("0");
    settle(consumer, Outcome.ACCEPT, 1, 1);
    assertThat(stats().floor()).isEqualTo(2);
    assertThat(stats().deadLettered()).isEqualTo(1);
  }

  @Test
  void rejectedMessagesGoToTheDeadLettersAtOnce() {
    send(1);
    TestConsumer consumer = attached(1);
    settle(consumer, Outcome.REJECT, 0, 0);

    assertThat(server.values(server.broker().catalog().get("DLQ.q").partition(0)))
        .containsExactly("0");
    assertThat(stats().floor()).isEqualTo(1);
  }

  @Test
  void aLostConnectionDoesNotBuryWhatItHadPrefetched() {
    send(5);
    for (int death = 0; death < 12; death++) {
      TestConsumer consumer = attached(5);
      detach(consumer, Departure.LOST);
    }

    // Only the first message of a consumer that dies can be the reason.
    assertThat(server.values(server.broker().catalog().get("DLQ.q").partition(0)))
        .containsExactly("0");
    TestConsumer survivor = attached(5);
    assertThat(survivor.received).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void highPrioritiesGoFirst() {
    append(message("low", 1), message("normal", 4), message("high", 9), message("normal2", 4));
    TestConsumer consumer = attached(10);

    assertThat(consumer.values).containsExactly("high", "normal", "normal2", "low");
  }

  @Test
  void aReleasedMessageKeepsItsPriority() {
    append(message("normal", 4), message("high", 9));
    TestConsumer consumer = attached(2);
    settle(consumer, Outcome.RELEASE, 0, 1);
    credit(consumer, 2);

    assertThat(consumer.values).containsExactly("high", "normal", "high", "normal");
  }

  @Test
  void delaysMessagesUntilTheirTime() {
    long now = server.agents().clock().wallMs();
    append(header("later", "jms.DeliveryTime", now + 5_000), message("now", 4));
    TestConsumer consumer = attached(10);
    assertThat(consumer.values).containsExactly("now");

    server.pass(4_900);
    assertThat(consumer.values).hasSize(1);
    server.pass(110);
    assertThat(consumer.values).containsExactly("now", "later");
  }

  @Test
  void expiredMessagesAreNotDelivered() {
    long now = server.agents().clock().wallMs();
    append(
        header("gone", "jms.Expiration", now - 1),
        header("soon", "jms.Expiration", now + 1_000),
        message("stays", 4));
    TestConsumer consumer = attached(0);
    server.pass(2_000);
    credit(consumer, 10);

    assertThat(consumer.values).containsExactly("stays");
    assertThat(stats().expired()).isEqualTo(2);
    assertThat(stats().floor()).isEqualTo(2);
  }

  @Test
  void isExactAfterACrash() {
    send(6);
    TestConsumer consumer = attached(6);
    settle(consumer, Outcome.ACCEPT, 0, 1);
    settle(consumer, Outcome.ACCEPT, 3, 3);
    settle(consumer, Outcome.RELEASE, 4, 4);
    server.crash();
    TestConsumer next = attached(10);
    server.pass(CursorConfig.DEFAULT.recoveryGraceMs() + 50);

    assertThat(next.held).containsEntry(2L, 2).containsEntry(4L, 2).containsEntry(5L, 2);
    assertThat(next.received).containsExactly(2L, 4L, 5L);
  }

  @Test
  void whatMayHaveBeenDeliveredBeforeACrashIsToldAsRedelivered() {
    send(3);
    attached(2);
    server.crash();
    send(1);
    TestConsumer next = attached(10);
    server.pass(CursorConfig.DEFAULT.recoveryGraceMs() + 50);
    settle(next, Outcome.ACCEPT, 0, 3);
    send(1);
    credit(next, 1);

    assertThat(next.received).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(next.held).containsEntry(0L, 2).containsEntry(1L, 2);
    assertThat(next.held).as("sent after the crash").containsEntry(3L, 1).containsEntry(4L, 1);
  }

  @Test
  void whatIsSettledAboveTheFloorTakesNoRoomWhenItIsReadAgain() {
    sendLarge(30);
    TestConsumer consumer = attached(28);
    settle(consumer, Outcome.ACCEPT, 1, 27);
    server.crash();
    TestConsumer again = new TestConsumer(consumer.key());
    again.handle.addCredit(10);
    attach(again, runs(0, 0));
    server.settle();

    assertThat(again.received).containsExactly(28L, 29L);
  }

  @Test
  void whatIsClaimedTakesNoRoomAmongWhatIsReadAhead() {
    sendLarge(40);
    List<TestConsumer> before = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      before.add(attached(4));
    }
    server.crash();
    TestConsumer early = attached(0);
    server.pass(CursorConfig.DEFAULT.recoveryGraceMs() + 50);
    for (TestConsumer late : before) {
      // What was read ahead for this one turns out to be with that one.
      credit(early, 1);
      claim(late);
    }
    credit(early, 20);

    assertThat(early.received).contains(24L, 39L);
  }

  /** Comes back with all that it had, as far as it may. */
  private void claim(TestConsumer before) {
    attach(
        new TestConsumer(before.key()),
        before.held.keySet().stream().map(offset -> new OffsetRun(offset, offset)).toList());
  }

  @Test
  void aCrashInVainDoesNotCountAsADelivery() {
    send(1);
    for (int crash = 0; crash < 12; crash++) {
      attached(1);
      server.crash();
      server.pass(CursorConfig.DEFAULT.recoveryGraceMs() + 50);
    }
    TestConsumer last = attached(1);
    server.pass(CursorConfig.DEFAULT.recoveryGraceMs() + 50);

    assertThat(last.held).containsExactly(Map.entry(0L, 2));
  }

  @Test
  void aCrashAfterEveryoneLeftMakesNothingSuspect() {
    send(2);
    TestConsumer consumer = attached(1);
    detach(consumer, Departure.CLOSED);
    server.crash();
    TestConsumer next = attached(2);

    assertThat(next.held).containsExactly(Map.entry(0L, 2), Map.entry(1L, 1));
  }

  @Test
  void waitsAfterACrashForConsumersToClaimWhatTheyHold() {
    send(4);
    TestConsumer first = attached(2);
    TestConsumer second = attached(2);
    assertThat(first.received).hasSize(2);
    List<OffsetRun> held = runs(first.received.get(0), first.received.get(0));
    server.crash();

    TestConsumer back = new TestConsumer(second.key());
    back.handle.addCredit(10);
    attach(back, List.of());
    assertThat(back.received).isEmpty();
    TestConsumer claiming = new TestConsumer(first.key());
    assertThat(attach(claiming, held)).isEmpty();

    assertThat(back.received).hasSize(3).doesNotContain(held.get(0).first());
    assertThat(settle(claiming, Outcome.ACCEPT, held.get(0).first(), held.get(0).last())).isTrue();
    settleAll(back);
    assertThat(stats().floor()).isEqualTo(4);
  }

  @Test
  void doesNotWaitAfterACrashWhenNobodyHadAnything() {
    send(1);
    detach(attached(0), Departure.CLOSED);
    server.crash();

    assertThat(attached(1).received).containsExactly(0L);
  }

  @Test
  void aConsumerThatLeavesCostsNoSyncAndIsForgottenSoon() {
    send(2);
    TestConsumer consumer = attached(1);
    settleAll(consumer);
    long before = server.store().stats().commits();
    leave(consumer);

    assertThat(server.store().stats().commits()).isEqualTo(before);
    server.pass(100);
    assertThat(server.store().stats().commits()).isGreaterThan(before);
    server.crash();
    assertThat(attached(1).held).containsExactly(Map.entry(1L, 1));
  }

  @Test
  void aConsumerThatBeginsCostsOneSync() {
    send(1);
    long before = server.store().stats().commits();
    TestConsumer consumer = new TestConsumer();
    consumer.handle.addCredit(1);
    Cursors cursors = server.broker().cursors();
    Reply<List<OffsetRun>> begun = Reply.none("a consumer");
    cursors.ensure(
        key,
        CursorStart.BEGINNING,
        true,
        new Reply<>() {
          @Override
          public void ok(Void ensured) {
            cursors.attach(key, consumer.handle, List.of(), begun);
          }

          @Override
          public void fail(RuntimeException error) {
            throw error;
          }
        });
    server.settle();

    assertThat(consumer.received).containsExactly(0L);
    assertThat(server.store().stats().commits()).isEqualTo(before + 1);
  }

  @Test
  void doesNotWaitForeverForThoseWhoStayAway() {
    send(1);
    attached(1);
    server.crash();
    TestConsumer other = attached(1);
    assertThat(other.received).isEmpty();

    server.pass(CursorConfig.DEFAULT.recoveryGraceMs() + 50);
    assertThat(other.received).containsExactly(0L);
  }

  @Test
  void aConsumerThatComesBackKeepsWhatItHoldsAndGetsAgainWhatItNeverSaw() {
    send(5);
    TestConsumer before = attached(5);
    TestConsumer back = new TestConsumer(before.key());
    back.handle.addCredit(5);
    List<OffsetRun> lost = attach(back, runs(1, 2));

    assertThat(lost).isEmpty();
    assertThat(back.held.keySet()).containsExactly(0L, 3L, 4L);
    assertThat(back.held.values()).containsOnly(1);
    assertThat(stats().inFlight()).isEqualTo(5);
  }

  @Test
  void saysWhatIsLostWhenAClaimComesTooLate() {
    send(3);
    TestConsumer first = attached(3);
    settle(first, Outcome.ACCEPT, 0, 0);
    detach(first, Departure.LOST);
    TestConsumer second = attached(1);
    assertThat(second.received).containsExactly(1L);
    TestConsumer back = new TestConsumer(first.key());

    assertThat(attach(back, runs(0, 2))).containsExactly(new OffsetRun(0, 1));
    assertThat(stats().inFlight()).isEqualTo(2);
  }

  @Test
  void pollIsAnsweredBehindWhatWasThere() {
    send(1);
    TestConsumer consumer = attached(0);
    consumer.handle.addCredit(5);
    Answer<Void> poll = server.begin(r -> server.broker().cursors().poll(key, consumer.key(), r));
    server.settle();

    assertThat(poll.isOk()).isTrue();
    assertThat(consumer.received).containsExactly(0L);
  }

  @Test
  void nothingIsDeliveredToAStoppedConsumer() {
    TestConsumer consumer = attached(5);
    Answer<Void> stopped =
        server.begin(r -> server.broker().cursors().stop(key, consumer.key(), r));
    server.settle();
    send(1);

    assertThat(stopped.isOk()).isTrue();
    assertThat(consumer.received).isEmpty();
  }

  @Test
  void consumersHearThatTheirQueueWasDeleted() {
    TestConsumer consumer = attached(5);
    server.<Topic>ask(r -> server.broker().deleteTopic(queue.id(), r));

    assertThat(consumer.closed).isInstanceOf(CursorClosedException.class);
    assertThat(server.<List<CursorStats>>ask(r -> server.broker().cursors().stats(r))).isEmpty();
  }

  @Test
  void memoryDoesNotGrowWithTheBacklog() {
    for (int i = 0; i < 300; i++) {
      server.produce(
          queue.partition(0),
          IntStream.range(0, 100).mapToObj(n -> "x".repeat(1000)).toArray(String[]::new));
    }
    TestConsumer consumer = attached(10);

    assertThat(consumer.received).hasSize(10);
    long waiting = server.<Long>ask(r -> server.broker().cursors().waiting(key, r));
    assertThat(waiting).isLessThan(2L * CursorConfig.DEFAULT.lookAhead());
    while (consumer.received.size() < 30_000) {
      int before = consumer.received.size();
      settleAll(consumer);
      credit(consumer, 1000);
      assertThat(consumer.received.size()).isGreaterThan(before);
    }
    assertThat(consumer.received)
        .containsExactlyElementsOf(LongStream.range(0, 30_000).boxed().toList());
  }

  // ---- verbs

  private void send(int count) {
    String[] values = new String[count];
    for (int i = 0; i < count; i++) {
      values[i] = Integer.toString(i);
    }
    server.produce(queue.partition(0), values);
  }

  /** Of each ten fit into what is read ahead. */
  private void sendLarge(int count) {
    for (int i = 0; i < count; i++) {
      server.produce(queue.partition(0), "x".repeat(CursorConfig.DEFAULT.windowBytes() / 10));
    }
  }

  private record Message(String value, HeaderBuffer headers) {}

  private static Message message(String value, int priority) {
    return header(value, "jms.Priority", priority);
  }

  private static Message header(String value, String name, long number) {
    HeaderBuffer headers = new HeaderBuffer();
    headers.add(
        name.getBytes(StandardCharsets.UTF_8),
        Long.toString(number).getBytes(StandardCharsets.UTF_8));
    return new Message(value, headers);
  }

  private void append(Message... messages) {
    BatchBuilder builder = new BatchBuilder(256);
    for (Message message : messages) {
      builder.append(
          server.agents().clock().wallMs(),
          null,
          ByteBuffer.wrap(message.value.getBytes(StandardCharsets.UTF_8)),
          message.headers);
    }
    server.<AppendResult>ask(r -> server.broker().produce(queue.partition(0), builder.take(), r));
  }

  private TestConsumer attached(int credit) {
    TestConsumer consumer = new TestConsumer();
    consumer.handle.addCredit(credit);
    attach(consumer, List.of());
    return consumer;
  }

  private List<OffsetRun> attach(TestConsumer consumer, List<OffsetRun> held) {
    Answer<Void> ensured =
        server.begin(r -> server.broker().cursors().ensure(key, CursorStart.BEGINNING, true, r));
    server.settle();
    assertThat(ensured.isOk()).isTrue();
    return server.ask(r -> server.broker().cursors().attach(key, consumer.handle, held, r));
  }

  private void credit(TestConsumer consumer, int messages) {
    consumer.handle.addCredit(messages);
    server.broker().cursors().wake(key);
    server.settle();
  }

  private boolean settle(TestConsumer consumer, Outcome outcome, long first, long last) {
    Answer<Void> answer =
        server.begin(
            r ->
                server
                    .broker()
                    .cursors()
                    .settle(key, consumer.key(), outcome, runs(first, last), r));
    server.settle();
    return answer.isOk();
  }

  private void settleAll(TestConsumer consumer) {
    List<OffsetRun> all = new ArrayList<>();
    consumer.held.keySet().forEach(offset -> all.add(new OffsetRun(offset, offset)));
    consumer.held.clear();
    Answer<Void> answer =
        server.begin(
            r -> server.broker().cursors().settle(key, consumer.key(), Outcome.ACCEPT, all, r));
    server.settle();
    assertThat(answer.isOk()).isTrue();
  }

  private void detach(TestConsumer consumer, Departure departure) {
    Answer<Void> answer =
        server.begin(r -> server.broker().cursors().detach(key, consumer.key(), departure, r));
    server.settle();
    assertThat(answer.isOk()).isTrue();
  }

  private void leave(TestConsumer consumer) {
    Answer<Boolean> answer =
        server.begin(r -> server.broker().cursors().leave(key, consumer.key(), r));
    server.settle();
    assertThat(answer.isOk()).isTrue();
  }

  private CursorStats stats() {
    return server.<List<CursorStats>>ask(r -> server.broker().cursors().stats(r)).stream()
        .filter(stats -> stats.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static List<OffsetRun> runs(long first, long last) {
    return List.of(new OffsetRun(first, last));
  }
}

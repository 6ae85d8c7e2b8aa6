package io.millrace.server.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.testing.TransactionWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How members of share groups are given records. */
class ShareCursorTest {
  private static final ShareSettings SETTINGS =
      new ShareSettings(30_000, 3, 100, ShareSettings.Start.EARLIEST, 0, true, true, false, "");

  private final SteppedServer server = new SteppedServer(11);
  private final Topic topic = server.createTopic(TopicSpec.topic("t", 1));
  private final CursorKey key = new CursorKey(topic.id(), 0, ShareCursorId.of("g"));
  private int woken;

  @BeforeEach
  void makeCursor() {
    server.<Void>begin(reply -> server.broker().cursors().ensureAt(key, 0, true, reply));
    server.settle();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static ShareMember member(int number) {
    return member(number, SETTINGS);
  }

  private static ShareMember member(int number, ShareSettings settings) {
    return new ShareMember(new ConsumerKey(new UUID(8, number), 1), "g", settings, true);
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      server.produce(topic.partition(0), "v" + i);
    }
  }

  /** Asks as often as it is worth while, and says "offset:count" of what was given. */
  private List<String> acquire(ShareMember member, int records) {
    return acquire(key, member, records);
  }

  private List<String> acquire(CursorKey part, ShareMember member, int records) {
    List<String> all = new ArrayList<>();
    int heard = -1;
    while (all.isEmpty() && heard != woken) {
      heard = woken;
      for (ShareAcquisition.Run run :
          server
              .<ShareAcquisition>ask(
                  reply ->
                      server
                          .broker()
                          .cursors()
                          .acquire(
                              part,
                              member,
                              new ShareAcquisition.Limits(records, 1 << 20, true),
                              () -> woken++,
                              reply))
              .runs()) {
        for (long offset = run.first(); offset <= run.last(); offset++) {
          all.add(offset + ":" + run.deliveryCount());
        }
      }
      server.settle();
    }
    return all;
  }

  private Answer<Void> acknowledge(ShareMember member, ShareAck.Kind kind, long first, long last) {
    Answer<Void> answer =
        server.begin(
            reply ->
                server
                    .broker()
                    .cursors()
                    .acknowledge(
                        key,
                        member.key(),
                        List.of(new ShareAck(new OffsetRun(first, last), kind)),
                        reply));
    server.settle();
    return answer;
  }

  private CursorStats stats() {
    List<CursorStats> all = server.ask(reply -> server.broker().cursors().stats(reply));
    return all.stream().filter(part -> part.key().equals(key)).findFirst().orElseThrow();
  }

  @Test
  void givesEachRecordToOneMember() {
    send(5);
    assertThat(acquire(member(1), 3)).containsExactly("0:1", "1:1", "2:1");
    assertThat(acquire(member(2), 10)).containsExactly("3:1", "4:1");
    assertThat(acquire(member(2), 10)).isEmpty();
  }

  @Test
  void wakesWhoWaitsOnce() {
    assertThat(acquire(member(1), 3)).isEmpty();
    int before = woken;
    send(1);
    server.settle();
    assertThat(woken).isEqualTo(before + 1);
    assertThat(acquire(member(1), 3)).containsExactly("0:1");
  }

  @Test
  void givesAgainWhatIsHeldTooLongAndCountsIt() {
    send(2);
    assertThat(acquire(member(1), 2)).hasSize(2);
    server.pass(29_000);
    acknowledge(member(1), ShareAck.Kind.RENEW, 1, 1);
    server.pass(2_000);
    assertThat(acquire(member(2), 2)).containsExactly("0:2");
    assertThat(acknowledge(member(1), ShareAck.Kind.ACCEPT, 0, 1).error())
        .isInstanceOf(NotHeldException.class);
    server.pass(31_000);
    assertThat(acquire(member(2), 2)).containsExactly("0:3", "1:2");
  }

  @Test
  void givesUpWhatWasDeliveredTooOften() {
    send(1);
    for (int count = 1; count <= 3; count++) {
      assertThat(acquire(member(1), 1)).containsExactly("0:" + count);
      acknowledge(member(1), ShareAck.Kind.RELEASE, 0, 0);
    }
    assertThat(acquire(member(1), 1)).isEmpty();
    assertThat(stats().floor()).isEqualTo(1);
  }

  @Test
  void acceptsAllOfARequestOrNothing() {
    send(3);
    acquire(member(1), 2);
    assertThat(acknowledge(member(1), ShareAck.Kind.ACCEPT, 0, 2).error())
        .isInstanceOf(NotHeldException.class);
    assertThat(stats().floor()).isZero();
    assertThat(acknowledge(member(1), ShareAck.Kind.ACCEPT, 0, 1).isOk()).isTrue();
    assertThat(stats().floor()).isEqualTo(2);
  }

  @Test
  void holdsNoMoreThanItsLocksAllow() {
    send(150);
    assertThat(acquire(member(1), 1_000)).hasSize(100);
    assertThat(acquire(member(2), 1_000)).isEmpty();
    acknowledge(member(1), ShareAck.Kind.ACCEPT, 0, 9);
    assertThat(acquire(member(2), 1_000)).hasSize(10);
  }

  @Test
  void givesAgainUncountedWhatALeavingMemberHeld() {
    send(2);
    acquire(member(1), 2);
    server.<Void>begin(
        reply ->
            server.broker().cursors().leaveShare(key, member(1).key(), Departure.CLOSED, reply));
    server.settle();
    assertThat(acquire(member(2), 2)).containsExactly("0:1", "1:1");
  }

  @Test
  void remembersAfterACrashWhatIsDoneAndForgetsLocks() {
    send(4);
    acquire(member(1), 4);
    acknowledge(member(1), ShareAck.Kind.ACCEPT, 0, 0);
    acknowledge(member(1), ShareAck.Kind.RELEASE, 1, 1);
    server.crash();
    server.settle();

    assertThat(acquire(member(2), 10)).containsExactly("1:2", "2:2", "3:2");
  }

  @Test
  void givesWhatIsNotCommittedOnlyWhereThatIsWanted() {
    TransactionWriter producer =
        new TransactionWriter(server.view(topic.partition(0)), 1, server.agents().clock());
    producer.send("a");
    server.settle();
    assertThat(acquire(member(1), 10)).isEmpty();

    ShareSettings uncommitted =
        new ShareSettings(30_000, 3, 100, ShareSettings.Start.EARLIEST, 0, false, true, false, "");
    assertThat(acquire(member(1, uncommitted), 10)).containsExactly("0:1");
    producer.abort();
    server.settle();
    assertThat(acquire(member(1, uncommitted), 10)).isEmpty();
    assertThat(stats().floor()).as("the record is held").isZero();
  }

  @Test
  void competesWithJmsConsumersForAQueue() {
    Topic queue = server.createTopic(TopicSpec.queue("q"));
    CursorKey part = new CursorKey(queue.id(), 0, CursorKey.QUEUE);
    for (int i = 0; i < 10; i++) {
      server.produce(queue.partition(0), "v" + i);
    }
    ShareMember member = member(1);
    Answer<ShareAcquisition> given =
        server.begin(
            reply ->
                server
                    .broker()
                    .cursors()
                    .acquire(
                        part,
                        member,
                        new ShareAcquisition.Limits(4, 1 << 20, true),
                        () -> woken++,
                        reply));
    server.settle();
    if (given.get().runs().isEmpty()) {
      given =
          server.begin(
              reply ->
                  server
                      .broker()
                      .cursors()
                      .acquire(
                          part,
                          member,
                          new ShareAcquisition.Limits(4, 1 << 20, true),
                          () -> woken++,
                          reply));
      server.settle();
    }
    assertThat(given.get().records()).isEqualTo(4);
    TestConsumer consumer = new TestConsumer();
    consumer.handle.addCredit(100);
    server.<List<OffsetRun>>begin(
        reply -> server.broker().cursors().attach(part, consumer.handle, List.of(), reply));
    server.pass(100);
    assertThat(consumer.received).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
  }

  @Test
  void leavesWhatJmsConsumersHeldToThemForAWhileAfterACrash() {
    Topic queue = server.createTopic(TopicSpec.queue("q"));
    CursorKey part = new CursorKey(queue.id(), 0, CursorKey.QUEUE);
    server.produce(queue.partition(0), "a");
    server.<Void>begin(
        reply -> server.broker().cursors().ensure(part, CursorStart.BEGINNING, true, reply));
    TestConsumer consumer = new TestConsumer();
    consumer.handle.addCredit(100);
    server.<List<OffsetRun>>begin(
        reply -> server.broker().cursors().attach(part, consumer.handle, List.of(), reply));
    server.pass(100);
    assertThat(consumer.received).containsExactly(0L);

    server.crash();

    assertThat(acquire(part, member(1), 10)).as("before the consumer is back").isEmpty();
    server.pass(10_000);
    assertThat(acquire(part, member(1), 10)).as("when its time is over").hasSize(1);
  }

  @Test
  void goesOnBehindWhatWasDeleted() {
    send(10);
    assertThat(acquire(member(1), 2)).containsExactly("0:1", "1:1");
    assertThat(acquire(member(1), 1)).containsExactly("2:1");
    server.<Long>ask(reply -> server.broker().deleteRecords(topic.partition(0), 5, reply));

    assertThat(acquire(member(1), 2)).containsExactly("5:1", "6:1");
    // What is said of records that are gone is passed over.
    assertThat(acknowledge(member(1), ShareAck.Kind.ACCEPT, 0, 5).isOk()).isTrue();
    assertThat(stats().floor()).isEqualTo(6);
  }

  @Test
  void gettingNoDeadLetterTopicAnyMoreSettlesWhatWaits() {
    send(1);
    ShareSettings dead =
        new ShareSettings(
            30_000, 3, 100, ShareSettings.Start.EARLIEST, 0, true, true, false, "no/name");
    assertThat(acquire(member(1, dead), 1)).hasSize(1);
    acknowledge(member(1, dead), ShareAck.Kind.REJECT, 0, 0);
    server.pass(5_000);
    assertThat(stats().floor()).as("it cannot move").isZero();

    assertThat(acquire(member(1), 1)).isEmpty();
    server.pass(5_000);
    assertThat(stats().floor()).isEqualTo(1);
  }

  @Test
  void makesNoCursorForAGroupThatDoesNotReadThePartition() {
    CursorKey other = new CursorKey(topic.id(), 0, ShareCursorId.of("other"));
    Answer<ShareAcquisition> given =
        server.begin(
            reply ->
                server
                    .broker()
                    .cursors()
                    .acquire(
                        other,
                        member(1),
                        new ShareAcquisition.Limits(1, 1, true),
                        () -> woken++,
                        reply));
    server.settle();
    assertThat(given.error()).isInstanceOf(CursorClosedException.class);
    List<CursorStats> all = server.ask(reply -> server.broker().cursors().stats(reply));
    assertThat(all).extracting(CursorStats::key).containsExactly(key);
  }
}

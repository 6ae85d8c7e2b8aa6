package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.BatchBuilder;
import io.millrace.jms.wire.Ack;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.Goodbye;
import io.millrace.jms.wire.Outcome;
import io.millrace.jms.wire.Rollback;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.jms.wire.TransactedSend;
import io.millrace.server.campaign.JmsLink.At;
import io.millrace.server.catalog.Topic;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A JMS client with a transacted session that moves messages from one queue to two others. Its
 * socket breaks, it asks again for commits that were not answered, gives up on some and rolls back,
 * closes its connection or dies in the middle. What must hold:
 *
 * <ul>
 *   <li>what was committed is in both queues, and never comes again;
 *   <li>nothing is in one of them only, or twice, or there though its transaction was rolled back;
 *   <li>at the end everything is in both, or once among the dead letters.
 * </ul>
 */
final class JmsMovingFlow implements Flow {
  private static final int MOST = 4;
  private static final ByteBuffer NO_SIDECAR = ByteBuffer.wrap(new byte[1]).asReadOnlyBuffer();

  private final SteppedServer server;
  private final Random random;
  private final BatchWindow sender;
  private final Topic source;
  private final List<Topic> targets;
  private final JmsLink link;
  private final Set<String> moved = new HashSet<>();

  /** What transactions have moved, or may have: those that the server has not rolled back. */
  private final Map<Long, List<String>> attempts = new HashMap<>();

  /** At the end: what has not come to its end. */
  private final Set<String> missing = new TreeSet<>();

  private Map<At, String> moving = Map.of();
  private long transaction;
  private int earlySends;
  private int earlyAcks;
  private boolean committing;
  private boolean inDoubt;
  private boolean leaving;

  JmsMovingFlow(
      SteppedServer server,
      Random random,
      Doors doors,
      Topic source,
      BatchWindow sender,
      List<Topic> targets) {
    this.server = server;
    this.random = random;
    this.sender = sender;
    this.source = source;
    this.targets = targets;
    Map<String, DestinationKind> queues = new HashMap<>();
    targets.forEach(target -> queues.put(target.name(), DestinationKind.QUEUE));
    this.link = new JmsLink(doors, new TreeMap<>(queues), new JmsLink.Source(source.name(), null));
  }

  @Override
  public void act() {
    if (!link.hasSocket()) {
      if (leaving || random.nextInt(10) == 0) {
        startAnew();
      }
      link.connect();
    } else if (random.nextInt(40) == 0) {
      link.giveUp();
    } else if (random.nextInt(60) == 0) {
      startAnew();
    } else if (link.isReady() && !leaving) {
      go();
    }
  }

  /** The application dies, and another comes. */
  private void startAnew() {
    link.forget();
    moving = Map.of();
    committing = false;
    inDoubt = false;
    leaving = false;
  }

  private void go() {
    if (moving.isEmpty()) {
      link.credit(random.nextInt(4));
      begin();
    } else if (!committing) {
      if (!inDoubt && random.nextInt(6) == 0) {
        rollBack();
      } else {
        commit();
      }
    } else {
      switch (random.nextInt(24)) {
        case 0, 1 -> commit(); // the call has timed out, and is made again
        case 2, 3, 4, 5 -> rollBack(); // likewise, but the application has had enough
        case 6 -> close();
        case 7 -> link.giveUp();
        default -> {
          // It waits.
        }
      }
    }
  }

  private void begin() {
    Map<At, String> next = new TreeMap<>();
    for (Map.Entry<At, String> each : link.held().entrySet()) {
      if (next.size() < MOST && random.nextInt(4) > 0) {
        next.put(each.getKey(), each.getValue());
      }
    }
    if (next.isEmpty()) {
      return;
    }
    moving = next;
    inDoubt = false;
    transaction++;
    earlySends = 0;
    earlyAcks = 0;
    if (random.nextInt(4) == 0) {
      sendAhead();
    }
  }

  /** A part of the transaction goes to the server before its commit. */
  private void sendAhead() {
    Topic target = targets.get(0);
    earlySends = 1;
    link.tell(
        new Send(
            0,
            link.destination(target.name()),
            0,
            JmsLink.SESSION,
            transaction,
            0,
            NO_SIDECAR.duplicate(),
            batch(moving)));
    if (random.nextBoolean()) {
      earlyAcks = 1;
      link.tell(
          new Ack(
              0,
              JmsLink.SESSION,
              transaction,
              JmsLink.CONSUMER,
              Outcome.ACCEPT,
              moving.keySet().stream().map(At::range).toList()));
    }
  }

  private void commit() {
    committing = true;
    inDoubt = true;
    long asked = transaction;
    Map<At, String> messages = moving;
    attempts.put(asked, List.copyOf(messages.values()));
    List<TransactedSend> sends = new ArrayList<>();
    for (Topic target : targets.subList(earlySends, targets.size())) {
      sends.add(
          new TransactedSend(
              link.destination(target.name()), 0, NO_SIDECAR.duplicate(), batch(messages)));
    }
    List<TransactedAck> acks =
        earlyAcks > 0
            ? List.of()
            : messages.keySet().stream()
                .map(at -> new TransactedAck(JmsLink.CONSUMER, at.range()))
                .toList();
    link.ask(
        id -> new Commit(id, JmsLink.SESSION, asked, earlySends, earlyAcks, acks, sends),
        answer -> committed(asked, messages, answer));
  }

  private void committed(long asked, Map<At, String> messages, Answer answer) {
    boolean stillAsked = asked == transaction && !moving.isEmpty();
    if (answer instanceof Done) {
      moved.addAll(messages.values());
      if (stillAsked) {
        link.drop(messages.keySet());
        ended();
      }
      return;
    }
    Failed failure = (Failed) answer;
    assertThat(failure.code()).as("%s", failure).isIn(ErrorCode.UNAVAILABLE, ErrorCode.ROLLED_BACK);
    if (failure.code() == ErrorCode.ROLLED_BACK) {
      attempts.remove(asked);
    }
    if (stillAsked) {
      committing = false;
      if (failure.code() == ErrorCode.ROLLED_BACK) {
        giveBack();
      }
    }
  }

  private void rollBack() {
    link.ask(id -> new Rollback(id, JmsLink.SESSION, transaction), answer -> {});
    giveBack();
  }

  private void giveBack() {
    link.giveBack(
        Outcome.RELEASE, moving.keySet().stream().filter(link.held()::containsKey).toList());
    ended();
  }

  private void ended() {
    moving = Map.of();
    committing = false;
    inDoubt = false;
  }

  private void close() {
    leaving = true;
    link.ask(Goodbye::new, answer -> startAnew());
  }

  private ByteBuffer batch(Map<At, String> messages) {
    BatchBuilder builder = new BatchBuilder(256);
    for (String text : messages.values()) {
      builder.append(
          server.agents().clock().wallMs(),
          null,
          ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
    return builder.take();
  }

  @Override
  public void hear() {
    boolean had = link.hasSocket();
    link.hear();
    if (had && !link.hasSocket()) {
      committing = false;
    }
    if (link.isReady()) {
      assertThat(link.held().values()).as("moved, and comes again").noneMatch(moved::contains);
    }
  }

  @Override
  public void comeBack() {
    link.giveUp();
    committing = false;
  }

  @Override
  public void check(String where) {
    List<String> first = server.values(targets.get(0).partition(0));
    List<String> second = server.values(targets.get(1).partition(0));
    assertThat(first).as("%s: moved", where).doesNotHaveDuplicates();
    assertThat(moved).as("%s: committed", where).allMatch(new HashSet<>(first)::contains);
    assertThat(second).as("%s: moved to both", where).isEqualTo(first);
    Set<String> attempted = new HashSet<>();
    attempts.values().forEach(attempted::addAll);
    assertThat(first).as("%s: moved though rolled back", where).allMatch(attempted::contains);
  }

  @Override
  public boolean finish() {
    if (!sender.isEmpty()) {
      return false;
    }
    if (!link.hasSocket()) {
      act();
    } else if (link.isReady() && !leaving) {
      go();
    }
    if (!moving.isEmpty() || !link.held().isEmpty()) {
      return false;
    }
    Set<String> there = new HashSet<>(server.values(targets.get(0).partition(0)));
    Topic dead = server.broker().catalog().find("DLQ." + source.name());
    List<String> buried = dead == null ? List.of() : server.values(dead.partition(0));
    assertThat(buried).as("buried").doesNotHaveDuplicates().noneMatch(there::contains);
    missing.clear();
    for (int i = 0; i < sender.acknowledged(); i++) {
      String text = sender.text(i);
      if (!there.contains(text) && !buried.contains(text)) {
        missing.add(text);
      }
    }
    return missing.isEmpty();
  }

  @Override
  public String toString() {
    return "JMS mover: "
        + moved.size()
        + " moved, moves "
        + moving.keySet()
        + (committing ? " committing" : inDoubt ? " in doubt" : "")
        + ", "
        + link
        + ", of "
        + sender
        + ", missing "
        + missing;
  }
}

package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.wire.Ack;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.Goodbye;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.Outcome;
import io.millrace.server.campaign.JmsLink.At;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * JMS clients that share a queue or a durable subscription: they acknowledge and give back what
 * they have, lose their sockets and come back, say goodbye, or die. What must hold:
 *
 * <ul>
 *   <li>no message is with two consumers that are connected;
 *   <li>none comes again after its acknowledgement was answered;
 *   <li>at the end each was acknowledged, or lies once among the dead letters.
 * </ul>
 */
final class JmsReceivingFlow implements Flow {
  private static final int MOST_CLIENTS = 3;

  private final Random random;
  private final Doors doors;
  private final JmsLink.Source source;
  private final Endings endings;
  private final List<Receiver> receivers = new ArrayList<>();

  /**
   * Nobody has read from it.
   *
   * @param senders all that is sent to it, a window for each partition
   */
  JmsReceivingFlow(
      SteppedServer server,
      Random random,
      Doors doors,
      JmsLink.Source source,
      List<BatchWindow> senders) {
    this(random, doors, source, new Endings(server, "DLQ." + source.destination(), senders));
  }

  /**
   * Nobody has read from it.
   *
   * @param endings what became of the messages, with these consumers and others
   */
  JmsReceivingFlow(Random random, Doors doors, JmsLink.Source source, Endings endings) {
    this.random = random;
    this.doors = doors;
    this.source = source;
    this.endings = endings;
    endings.addHolder(this::held);
  }

  /** A client and what it has acknowledged without an answer so far. */
  private final class Receiver {
    private final JmsLink link = new JmsLink(doors, Map.of(), source);
    private final Map<At, String> accepting = new TreeMap<>();
    private boolean leaving;

    /** Messages that the application has, or may take. */
    List<At> open() {
      List<At> open = new ArrayList<>(link.held().keySet());
      open.removeAll(accepting.keySet());
      return open;
    }

    void accept(Collection<At> messages) {
      if (messages.isEmpty()) {
        return;
      }
      Map<At, String> asked = new TreeMap<>();
      messages.forEach(at -> asked.put(at, link.held().get(at)));
      accepting.putAll(asked);
      List<OffsetRange> ranges = messages.stream().map(At::range).toList();
      link.ask(
          id -> new Ack(id, JmsLink.SESSION, 0, JmsLink.CONSUMER, Outcome.ACCEPT, ranges),
          answer -> accepted(asked, answer));
    }

    private void accepted(Map<At, String> messages, Answer answer) {
      messages.keySet().forEach(accepting::remove);
      if (answer instanceof Done) {
        link.drop(messages.keySet());
        endings.done(messages.values());
      } else {
        assertThat(((Failed) answer).code()).as("%s", answer).isEqualTo(ErrorCode.UNAVAILABLE);
      }
    }

    /** The library asks again, on its new socket, for what was not answered. */
    void askAgain() {
      Map<At, String> asked = new TreeMap<>(accepting);
      accepting.clear();
      List<At> again = new ArrayList<>();
      asked.forEach(
          (at, text) -> {
            if (text.equals(link.held().get(at))) {
              again.add(at);
            } else {
              endings.perhapsDone(List.of(text));
            }
          });
      accept(again);
    }

    /** It will not be heard of any more. */
    void end() {
      link.giveUp();
      endings.perhapsDone(accepting.values());
      receivers.remove(this);
    }

    void goodbye() {
      leaving = true;
      link.ask(Goodbye::new, answer -> end());
    }

    @Override
    public String toString() {
      return (leaving ? "leaving " : "") + link + ", accepts " + accepting.keySet();
    }
  }

  @Override
  public void act() {
    if (receivers.isEmpty() || (receivers.size() < MOST_CLIENTS && random.nextInt(6) == 0)) {
      receivers.add(new Receiver());
      return;
    }
    Receiver receiver = receivers.get(random.nextInt(receivers.size()));
    JmsLink link = receiver.link;
    if (!link.hasSocket()) {
      connect(receiver);
    } else if (link.isReady() && !receiver.leaving) {
      switch (random.nextInt(14)) {
        case 0, 1, 2, 3, 4 -> receiver.accept(some(receiver));
        case 5 -> link.giveBack(Outcome.RELEASE, some(receiver));
        case 6 -> link.giveBack(Outcome.RETURN, some(receiver));
        case 7 -> receiver.goodbye();
        case 8 -> link.giveUp();
        case 9 -> receiver.end();
        case 10 -> link.ping();
        default -> link.credit(1 + random.nextInt(10));
      }
    }
  }

  private void connect(Receiver receiver) {
    if (receiver.leaving) {
      // Its goodbye was not answered: whatever became of it, it is gone.
      receiver.end();
    } else {
      receiver.link.connect();
    }
  }

  private List<At> some(Receiver receiver) {
    return receiver.open().stream().filter(at -> random.nextBoolean()).toList();
  }

  @Override
  public void hear() {
    for (Receiver receiver : List.copyOf(receivers)) {
      boolean was = receiver.link.isReady();
      receiver.link.hear();
      if (!was && receiver.link.isReady()) {
        receiver.askAgain();
      }
      if (receiver.link.isReady()) {
        assertThat(receiver.link.held().values())
            .as("done, and came again")
            .noneMatch(endings::isDone);
      }
    }
  }

  @Override
  public void comeBack() {
    for (Receiver receiver : List.copyOf(receivers)) {
      receiver.link.giveUp();
      if (random.nextInt(4) == 0) {
        receiver.end();
      }
    }
  }

  private List<String> held() {
    List<String> held = new ArrayList<>();
    for (Receiver receiver : receivers) {
      if (receiver.link.isReady()) {
        held.addAll(receiver.link.held().values());
      }
    }
    return held;
  }

  @Override
  public void check(String where) {
    endings.checkHeld(where);
  }

  @Override
  public boolean finish() {
    if (!endings.isAllSent()) {
      return false;
    }
    if (receivers.isEmpty()) {
      receivers.add(new Receiver());
    }
    for (Receiver receiver : List.copyOf(receivers)) {
      if (!receiver.link.hasSocket()) {
        connect(receiver);
      } else if (receiver.link.isReady() && !receiver.leaving) {
        receiver.accept(receiver.open());
        receiver.link.credit(100);
      }
    }
    return isDrained();
  }

  /** Whether every message has an end, and none has two. */
  private boolean isDrained() {
    for (Receiver receiver : receivers) {
      if (!receiver.link.held().isEmpty()) {
        return false;
      }
    }
    return endings.withoutEnd().isEmpty();
  }

  @Override
  public String toString() {
    return "JMS consumers of " + source + ": " + receivers + ", " + endings;
  }
}

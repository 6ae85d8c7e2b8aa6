package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStart;
import io.millrace.server.cursor.Departure;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.cursor.Outcome;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Consumers of one queue or durable subscription, which acknowledge and give back what they have,
 * come and go, lose their connections and die. What must hold:
 *
 * <ul>
 *   <li>no message is with two consumers at once;
 *   <li>none comes again after its acknowledgement was answered;
 *   <li>at the end each was acknowledged, or lies once among the dead letters.
 * </ul>
 */
final class QueueFlow implements Flow {
  private static final int MOST_CONSUMERS = 4;

  private final SteppedServer server;
  private final Random random;
  private final String name;
  private final SendingFlow sender;
  private final CursorKey cursor;
  private final List<QueueClient> clients = new ArrayList<>();

  /** Their acknowledgement was answered. */
  private final Set<Long> done = new HashSet<>();

  /** Their acknowledgement was asked for, and no answer came. */
  private final Set<Long> perhapsDone = new HashSet<>();

  private @Nullable Answer<Void> ensuring;
  private boolean ensured;
  private int made;

  /**
   * @param name of the queue or topic
   * @param sender fills the log of {@code cursor}, and began after the cursor
   */
  QueueFlow(
      SteppedServer server, Random random, String name, CursorKey cursor, SendingFlow sender) {
    this.server = server;
    this.random = random;
    this.name = name;
    this.sender = sender;
    this.cursor = cursor;
  }

  @Override
  public void act() {
    if (!ensured) {
      ensure();
      return;
    }
    if (clients.isEmpty() || (clients.size() < MOST_CONSUMERS && random.nextInt(6) == 0)) {
      add();
      return;
    }
    QueueClient client = clients.get(random.nextInt(clients.size()));
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 -> client.settle(Outcome.ACCEPT, some(client));
      case 5 -> client.settle(Outcome.RELEASE, some(client));
      case 6 -> client.settle(Outcome.RETURN, some(client));
      case 7 -> leave(client);
      case 8 -> client.reconnect(offset -> random.nextInt(4) == 0);
      default -> client.credit(1 + random.nextInt(20));
    }
  }

  private void ensure() {
    if (ensuring == null) {
      ensuring =
          server.begin(
              r -> server.broker().cursors().ensure(cursor, CursorStart.BEGINNING, true, r));
    }
  }

  private QueueClient add() {
    QueueClient client =
        new QueueClient(server, cursor, new ConsumerKey(new UUID(name.hashCode(), ++made), 1));
    clients.add(client);
    client.credit(random.nextInt(20));
    client.attach();
    return client;
  }

  private void leave(QueueClient client) {
    forget(client);
    client.detach(random.nextBoolean() ? Departure.CLOSED : Departure.LOST);
  }

  /** Its answers will not be heard. */
  private void forget(QueueClient client) {
    clients.remove(client);
    perhapsDone.addAll(client.unheard());
  }

  private List<Long> some(QueueClient client) {
    return client.held().stream().filter(offset -> random.nextBoolean()).toList();
  }

  @Override
  public void hear() {
    Answer<Void> answer = ensuring;
    if (answer != null && answer.isDone()) {
      ensuring = null;
      ensured = answer.isOk();
    }
    for (QueueClient client : clients) {
      client.hear(
          accepted ->
              accepted.forEach(
                  offset ->
                      assertThat(done.add(offset)).as("%d acknowledged twice", offset).isTrue()),
          perhapsDone::addAll);
    }
  }

  @Override
  public void comeBack() {
    ensuring = null;
    ensured = false;
    ensure();
    server.settle();
    hear();
    for (QueueClient client : List.copyOf(clients)) {
      if (random.nextInt(4) == 0) {
        forget(client);
      } else {
        perhapsDone.addAll(client.unheard());
        client.comeBack();
      }
    }
  }

  @Override
  public void check(String where) {
    Set<Long> held = new HashSet<>();
    for (QueueClient client : clients) {
      assertThat(client.closed()).as("%s: %s was sent away", where, name).isNull();
      if (client.isAttached()) {
        for (long offset : client.held()) {
          assertThat(held.add(offset))
              .as("%s: %d of %s is held twice", where, offset, name)
              .isTrue();
          assertThat(done)
              .as("%s: %d of %s came again", where, offset, name)
              .doesNotContain(offset);
        }
      }
    }
  }

  @Override
  public boolean finish() {
    if (!ensured) {
      ensure();
      return false;
    }
    if (!sender.finish()) {
      return false;
    }
    if (clients.isEmpty()) {
      add();
    }
    for (QueueClient client : clients) {
      client.credit(100);
      client.settle(Outcome.ACCEPT, client.held());
    }
    return isDrained();
  }

  private boolean isDrained() {
    Answer<List<OffsetRun>> open =
        server.begin(r -> server.broker().cursors().unsettled(cursor, sender.acknowledged(), r));
    server.settle();
    if (!open.isOk() || !open.get().isEmpty()) {
      return false;
    }
    hear();
    Topic dead = server.broker().catalog().find("DLQ." + name);
    Set<Long> buried = new HashSet<>();
    if (dead != null) {
      for (String value : server.values(dead.partition(0))) {
        assertThat(buried.add(Long.parseLong(value.substring(1))))
            .as("%s: buried twice", value)
            .isTrue();
      }
    }
    assertThat(buried).doesNotContainAnyElementsOf(done);
    for (long offset = 0; offset < sender.acknowledged(); offset++) {
      assertThat(done.contains(offset) || perhapsDone.contains(offset) || buried.contains(offset))
          .as("%d of %s was hidden", offset, name)
          .isTrue();
    }
    return true;
  }

  @Override
  public String toString() {
    return "consumers of " + name + ": " + clients + ", " + done.size() + " done of " + sender;
  }
}

package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStart;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.tx.TransactionRolledBackException;
import io.millrace.server.tx.TxAck;
import io.millrace.server.tx.TxKey;
import io.millrace.server.tx.TxSend;
import io.millrace.server.tx.TxWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A client that moves messages from one queue to two others, some in each transaction. It asks
 * again for what was not answered. What was committed is in both, once, in order; what was not is
 * in neither.
 */
final class MovingFlow implements Flow {
  private static final int MOST = 4;

  private final SteppedServer server;
  private final Random random;
  private final SendingFlow sender;
  private final List<Topic> targets;
  private final CursorKey cursor;
  private final UUID connection;
  private final QueueClient client;
  private final List<String> moved = new ArrayList<>();
  private List<Long> moving = List.of();
  private long transaction;
  private @Nullable Answer<Void> committing;
  private @Nullable Answer<Void> ensuring;
  private boolean ensured;
  private boolean begun;

  MovingFlow(
      SteppedServer server, Random random, Topic source, SendingFlow sender, List<Topic> targets) {
    this.server = server;
    this.random = random;
    this.sender = sender;
    this.targets = targets;
    this.cursor = new CursorKey(source.id(), 0, CursorKey.QUEUE);
    this.connection = new UUID(source.id().hashCode(), -1);
    this.client = new QueueClient(server, cursor, new ConsumerKey(connection, 1));
  }

  @Override
  public void act() {
    if (!ensured) {
      ensure();
    } else if (!begun) {
      begun = true;
      client.attach();
    } else if (moving.isEmpty()) {
      client.credit(random.nextInt(6));
      List<Long> held = client.held();
      if (client.isAttached() && !held.isEmpty()) {
        moving = List.copyOf(held.subList(0, Math.min(held.size(), 1 + random.nextInt(MOST))));
        transaction++;
        commit(false);
      }
    } else if (committing == null || random.nextInt(8) == 0) {
      // No answer, or one that goes astray.
      commit(true);
    }
  }

  private void ensure() {
    if (ensuring == null) {
      ensuring =
          server.begin(
              r -> server.broker().cursors().ensure(cursor, CursorStart.BEGINNING, true, r));
    }
  }

  private void commit(boolean again) {
    String[] values = moving.stream().map(offset -> "m" + offset).toArray(String[]::new);
    List<OffsetRun> runs = moving.stream().map(offset -> new OffsetRun(offset, offset)).toList();
    TxWork work =
        new TxWork(
            new TxKey(connection, 1, transaction),
            targets.stream()
                .map(target -> new TxSend(target.partition(0), server.batch(values)))
                .toList(),
            List.of(new TxAck(cursor, client.key(), runs)));
    committing = server.begin(r -> server.broker().transactions().commit(work, again, r));
  }

  @Override
  public void hear() {
    Answer<Void> made = ensuring;
    if (made != null && made.isDone()) {
      ensuring = null;
      ensured = made.isOk();
    }
    client.hear(accepted -> {}, unsure -> {});
    Answer<Void> answer = committing;
    if (answer == null || !answer.isDone()) {
      return;
    }
    committing = null;
    if (answer.isOk()) {
      moving.forEach(offset -> moved.add("m" + offset));
      client.drop(moving);
      moving = List.of();
    } else if (answer.error() instanceof TransactionRolledBackException) {
      moving = List.of();
    }
  }

  @Override
  public void comeBack() {
    committing = null;
    ensuring = null;
    ensured = false;
    ensure();
    server.settle();
    hear();
    if (begun) {
      client.comeBack();
    }
  }

  @Override
  public void check(String where) {
    for (Topic target : targets) {
      List<String> kept = server.values(target.partition(0));
      List<String> expected = new ArrayList<>(moved);
      if (kept.size() > expected.size()) {
        moving.forEach(offset -> expected.add("m" + offset));
      }
      assertThat(kept).as("%s: what was moved to %s", where, target.name()).isEqualTo(expected);
    }
  }

  @Override
  public boolean finish() {
    if (!sender.finish()) {
      return false;
    }
    act();
    client.credit(10);
    return moving.isEmpty() && moved.size() == sender.acknowledged();
  }

  @Override
  public String toString() {
    return "mover: "
        + moved.size()
        + " moved, moves "
        + moving
        + " "
        + committing
        + ", "
        + client
        + ", of "
        + sender;
  }
}

package io.millrace.server.campaign;

import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorConsumer;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.DeliveredRun;
import io.millrace.server.cursor.DeliverySink;
import io.millrace.server.cursor.Departure;
import io.millrace.server.cursor.OffsetRun;
import io.millrace.server.cursor.Outcome;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** One consumer of a cursor, as a client's connection keeps it. One thread. */
final class QueueClient {
  private final SteppedServer server;
  private final CursorKey cursor;
  private final ConsumerKey key;
  private final TreeSet<Long> held = new TreeSet<>();
  private final Map<Answer<Void>, List<Long>> accepting = new LinkedHashMap<>();
  private Link link;
  private @Nullable Answer<List<OffsetRun>> attaching;
  private @Nullable RuntimeException closed;
  private boolean attached;

  /** What one connection delivers; an earlier one's deliveries no longer arrive. */
  private final class Link implements DeliverySink {
    private final CursorConsumer handle = new CursorConsumer(key, this);

    @Override
    public void deliver(List<DeliveredRun> messages) {
      if (link == this) {
        messages.forEach(run -> addAll(held, run.first(), run.last()));
      }
    }

    @Override
    public void onEnd(int partition) {
      throw new AssertionError("this is no browser");
    }

    @Override
    public void onClosed(RuntimeException why) {
      if (link == this) {
        closed = why;
      }
    }
  }

  QueueClient(SteppedServer server, CursorKey cursor, ConsumerKey key) {
    this.server = server;
    this.cursor = cursor;
    this.key = key;
    this.link = new Link();
  }

  private static void addAll(Collection<Long> offsets, long first, long last) {
    for (long offset = first; offset <= last; offset++) {
      offsets.add(offset);
    }
  }

  private static List<OffsetRun> runs(Collection<Long> offsets) {
    return offsets.stream().map(offset -> new OffsetRun(offset, offset)).toList();
  }

  ConsumerKey key() {
    return key;
  }

  List<Long> held() {
    return List.copyOf(held);
  }

  boolean isAttached() {
    return attached;
  }

  /** Why the server ended the connection; null when it did not. */
  @Nullable RuntimeException closed() {
    return closed;
  }

  void credit(int messages) {
    link.handle.addCredit(messages);
    server.broker().cursors().wake(cursor);
  }

  void attach() {
    List<OffsetRun> claimed = runs(held);
    CursorConsumer handle = link.handle;
    attached = false;
    attaching = server.begin(r -> server.broker().cursors().attach(cursor, handle, claimed, r));
  }

  void detach(Departure departure) {
    server.<Void>begin(r -> server.broker().cursors().detach(cursor, key, departure, r));
  }

  void settle(Outcome outcome, List<Long> offsets) {
    if (offsets.isEmpty() || !attached) {
      return;
    }
    offsets.forEach(held::remove);
    Answer<Void> answer =
        server.begin(r -> server.broker().cursors().settle(cursor, key, outcome, runs(offsets), r));
    if (outcome == Outcome.ACCEPT) {
      accepting.put(answer, offsets);
    }
  }

  /** What was no longer this client's. */
  void drop(Collection<Long> offsets) {
    held.removeAll(offsets);
  }

  /** A new connection at once; what was delivered last may never have arrived. */
  void reconnect(LongPredicate neverArrived) {
    if (!attached || !accepting.isEmpty()) {
      return;
    }
    held.removeIf(neverArrived::test);
    link = new Link();
    attach();
  }

  void comeBack() {
    link = new Link();
    closed = null;
    attach();
  }

  /** Acknowledgements without an answer; they are given up. */
  List<Long> unheard() {
    List<Long> all = new ArrayList<>();
    accepting.values().forEach(all::addAll);
    accepting.clear();
    return all;
  }

  void hear(Consumer<List<Long>> accepted, Consumer<List<Long>> unsure) {
    Answer<List<OffsetRun>> answer = attaching;
    if (answer != null && answer.isDone()) {
      attaching = null;
      if (answer.isOk()) {
        attached = true;
        for (OffsetRun run : answer.get()) {
          held.removeIf(offset -> run.first() <= offset && offset <= run.last());
        }
      } else {
        attach();
      }
    }
    accepting
        .entrySet()
        .removeIf(
            entry -> {
              if (entry.getKey().isDone()) {
                (entry.getKey().isOk() ? accepted : unsure).accept(entry.getValue());
              }
              return entry.getKey().isDone();
            });
  }

  @Override
  public String toString() {
    return "client with "
        + held
        + (attached ? "" : ", not attached")
        + ", accepts "
        + accepting.values();
  }
}

package io.millrace.server.door.admin.adapter;

import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStats;
import io.millrace.server.shard.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The figures of all cursors as of a moment ago. They live on the shards' threads; a refresh asks
 * for them, and readers take what came back last. Any thread.
 */
final class CursorFigures {

  /** What the cursors over one topic add up to. */
  record Figures(List<CursorStats> parts) {
    static final Figures NONE = new Figures(List.of());

    boolean isQueue() {
      return parts.stream().anyMatch(Figures::ofQueue);
    }

    Optional<CursorStats> queuePart(int partition) {
      return parts.stream()
          .filter(part -> ofQueue(part) && part.key().partition() == partition)
          .findFirst();
    }

    long inFlight() {
      return parts.stream().filter(Figures::ofQueue).mapToLong(CursorStats::inFlight).sum();
    }

    int consumers() {
      return parts.stream().mapToInt(CursorStats::consumers).sum();
    }

    long delivered() {
      return parts.stream().mapToLong(CursorStats::delivered).sum();
    }

    private static boolean ofQueue(CursorStats part) {
      return part.key().cursorId().equals(CursorKey.QUEUE);
    }
  }

  private final Consumer<Reply<List<CursorStats>>> shards;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Map<UUID, Figures> byTopic = Map.of();

  /**
   * Nothing is known yet.
   *
   * @param shards asks for the figures of all cursors
   */
  CursorFigures(Consumer<Reply<List<CursorStats>>> shards) {
    this.shards = shards;
  }

  /**
   * Asks the shards, unless they have been asked and have not answered yet. What they throw goes to
   * the caller, and the next refresh asks again.
   */
  void refresh() {
    if (!asking.compareAndSet(false, true)) {
      return;
    }
    boolean asked = false;
    try {
      shards.accept(new Answer());
      asked = true;
    } finally {
      if (!asked) {
        asking.set(false);
      }
    }
  }

  private final class Answer implements Reply<List<CursorStats>> {
    @Override
    public void ok(List<CursorStats> stats) {
      byTopic = grouped(stats);
      asking.set(false);
    }

    @Override
    public void fail(RuntimeException error) {
      // A shard recovers; what was known last is shown until it answers again.
      asking.set(false);
    }
  }

  Figures of(UUID topic) {
    return byTopic.getOrDefault(topic, Figures.NONE);
  }

  private static Map<UUID, Figures> grouped(List<CursorStats> stats) {
    Map<UUID, List<CursorStats>> grouped = new HashMap<>();
    for (CursorStats part : stats) {
      grouped.computeIfAbsent(part.key().topicId(), id -> new ArrayList<>()).add(part);
    }
    Map<UUID, Figures> figures = new HashMap<>();
    grouped.forEach((id, parts) -> figures.put(id, new Figures(parts)));
    return Map.copyOf(figures);
  }
}

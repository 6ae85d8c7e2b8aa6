package io.millrace.server.cursor;

import io.millrace.kernel.Failures;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages of one cursor part on their way to the dead letters. They belong to nobody until the
 * move has settled them; a move that fails is tried again. After a restart the delivery counts
 * bring them here once more. The shard's thread.
 */
final class DeadLetterQueue {
  private static final int MOVES_UNDER_WAY = 64;

  private final CursorPart part;
  private final Shard<?> shard;
  private final CursorConfig config;
  private final DeadLetters deadLetters;
  private final Map<Long, DeadLetters.Reason> waiting = new LinkedHashMap<>();
  private final OffsetSet offsets = new OffsetSet();
  private int underWay;

  DeadLetterQueue(CursorPart part, Shard<?> shard, CursorConfig config, DeadLetters deadLetters) {
    this.part = part;
    this.shard = shard;
    this.config = config;
    this.deadLetters = deadLetters;
  }

  /** Everything on its way. */
  OffsetSet offsets() {
    return offsets;
  }

  boolean isEmpty() {
    return offsets.isEmpty();
  }

  void add(long offset, DeadLetters.Reason reason) {
    offsets.add(offset);
    waiting.put(offset, reason);
  }

  /** Forgets what is settled. */
  void forget(long first, long last) {
    if (!offsets.isEmpty()) {
      offsets.forEachRun(
          first,
          last,
          (from, to) -> waiting.keySet().removeIf(offset -> offset >= from && offset <= to));
      offsets.remove(first, last);
    }
  }

  /** Sends off what can be sent. */
  void send() {
    if (waiting.isEmpty()) {
      return;
    }
    for (Map.Entry<Long, DeadLetters.Reason> next : List.copyOf(waiting.entrySet())) {
      long offset = next.getKey();
      if (underWay >= MOVES_UNDER_WAY) {
        return;
      }
      RecordBlock block = part.backlog().blockOf(offset);
      if (block == null) {
        return;
      }
      if (waiting.remove(offset) == null) {
        continue;
      }
      if (!block.has(offset)) {
        // Compacted away since it was delivered.
        part.backlog().done(block);
        part.onGone(List.of(new OffsetRun(offset, offset)), false);
        continue;
      }
      underWay++;
      DeadLetters.DeadLetter letter =
          new DeadLetters.DeadLetter(
              part.key(),
              offset,
              block.baseTimestamp(),
              block.records(offset, offset),
              part.state().count(offset),
              next.getValue(),
              part.deadLetterTarget());
      part.backlog().done(block);
      deadLetters.move(letter, answer(offset, next.getValue()));
    }
  }

  private Reply<Void> answer(long offset, DeadLetters.Reason reason) {
    return new Reply<>() {
      @Override
      public void ok(Void response) {
        shard.event(() -> moved(offset));
      }

      @Override
      public void fail(RuntimeException error) {
        shard.event(() -> failed(offset, reason, error));
      }
    };
  }

  private void moved(long offset) {
    underWay--;
    offsets.remove(offset, offset);
    part.onMoved();
    part.dispatch();
  }

  private void failed(long offset, DeadLetters.Reason reason, RuntimeException error) {
    underWay--;
    Failures.report("moving offset " + offset + " of " + part.key() + " to dead letters", error);
    shard
        .timers()
        .after(
            config.retryMs(),
            () -> {
              if (part.live() && offsets.contains(offset)) {
                waiting.put(offset, reason);
                part.dispatch();
              }
            });
  }
}

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
      offsets.forEachRun(first, last, this::waitNoMore);
      offsets.remove(first, last);
    }
  }

  private void waitNoMore(long first, long last) {
    if (last - first >= waiting.size()) {
      waiting.keySet().removeIf(offset -> offset >= first && offset <= last);
      return;
    }
    for (long offset = first; offset <= last; offset++) {
      waiting.remove(offset);
    }
  }

  /** Sends off what can be sent. */
  void send() {
    DeadLetters.ShareTarget target = part.deadLetterTarget();
    if (target != null && target.topic().isEmpty()) {
      settleAll();
      return;
    }
    int room = MOVES_UNDER_WAY - underWay;
    if (waiting.isEmpty() || room <= 0) {
      return;
    }
    // A few at a time: a hundred thousand may wait.
    List<Map.Entry<Long, DeadLetters.Reason>> some =
        waiting.entrySet().stream().limit(room).toList();
    boolean gone = false;
    for (Map.Entry<Long, DeadLetters.Reason> next : some) {
      long offset = next.getKey();
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
        gone = true;
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
              target);
      part.backlog().done(block);
      deadLetters.move(letter, answer(offset, next.getValue()));
    }
    if (gone) {
      shard.event(part::dispatch);
    }
  }

  /** The group wants no dead letters any more. */
  private void settleAll() {
    if (!waiting.isEmpty()) {
      OffsetSet all = new OffsetSet();
      waiting.keySet().forEach(all::add);
      part.settleAnywhere(OffsetRun.of(all));
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

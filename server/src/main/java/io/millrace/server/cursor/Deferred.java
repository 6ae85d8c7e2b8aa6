package io.millrace.server.cursor;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Timers;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for a moment: their delivery time, the end of a pause. They are kept by the
 * moment in bitmaps, with one timer for the first of them. The shard's thread.
 */
final class Deferred {
  /** Moments this close to each other are one, in milliseconds. */
  private static final long GRAIN_MS = 5;

  /** The wall clock may jump: it is looked at again at least this often, in milliseconds. */
  private static final long MAX_WAIT_MS = 10_000;

  private final TreeMap<Long, OffsetSet> byMoment = new TreeMap<>();
  private final Clock clock;
  private final Timers timers;
  private final Runnable onDue;
  private Timers.@Nullable Timer timer;
  private long timerMs = Long.MAX_VALUE;

  /**
   * @param onDue told when {@link #takeDue} has something
   */
  Deferred(Clock clock, Timers timers, Runnable onDue) {
    this.clock = clock;
    this.timers = timers;
    this.onDue = onDue;
  }

  /** Keeps a message until a moment, in milliseconds since the epoch. */
  void add(long offset, long momentMs) {
    long grain = (momentMs + GRAIN_MS - 1) / GRAIN_MS * GRAIN_MS;
    byMoment.computeIfAbsent(grain, m -> new OffsetSet()).add(offset);
    if (grain < timerMs) {
      schedule();
    }
  }

  /** Gives what is due to the visitor and forgets it. */
  void takeDue(OffsetSet.RunVisitor visitor) {
    long nowMs = clock.wallMs();
    Map.Entry<Long, OffsetSet> first;
    while ((first = byMoment.firstEntry()) != null && first.getKey() <= nowMs) {
      byMoment.remove(first.getKey());
      first.getValue().forEachRun(visitor);
    }
    schedule();
  }

  /** Forgets messages. */
  void remove(long first, long last) {
    byMoment
        .values()
        .removeIf(
            offsets -> {
              offsets.remove(first, last);
              return offsets.isEmpty();
            });
  }

  long size() {
    long size = 0;
    for (OffsetSet offsets : byMoment.values()) {
      size += offsets.size();
    }
    return size;
  }

  boolean isEmpty() {
    return byMoment.isEmpty();
  }

  void clear() {
    byMoment.clear();
    schedule();
  }

  private void schedule() {
    Timers.Timer before = timer;
    if (before != null) {
      before.cancel();
      timer = null;
    }
    if (byMoment.isEmpty()) {
      timerMs = Long.MAX_VALUE;
      return;
    }
    timerMs = byMoment.firstKey();
    long waitMs = Math.max(0, Math.min(MAX_WAIT_MS, timerMs - clock.wallMs()));
    timer =
        timers.after(
            waitMs,
            () -> {
              timer = null;
              onDue.run();
            });
  }
}

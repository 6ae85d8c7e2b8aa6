package io.millrace.kernel;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timing wheel (Varghese and Lauck 1987): setting and cancelling a timer take
 * constant time, and a million timers cost a million small objects and nothing else. Resolution is
 * one millisecond; a timer never fires early. One thread only.
 *
 * <p>Level n has 64 slots of 64^n milliseconds each. A timer lies in the lowest level whose span
 * reaches it and moves down as its time approaches. Six levels span about two years; what is
 * further away waits in the top level and is placed anew each time its slot comes round.
 */
public final class TimingWheel implements Timers {
  private static final int BITS = 6;
  private static final int SLOTS = 1 << BITS;
  private static final int LEVELS = 6;
  private static final long SPAN_MS = 1L << (BITS * LEVELS);

  private final Clock clock;
  private final long originNs;
  private final Entry[][] wheel = new Entry[LEVELS][SLOTS];
  private final long[] occupied = new long[LEVELS];
  private long nowMs;
  private int size;

  public TimingWheel(Clock clock) {
    this.clock = clock;
    this.originNs = clock.nanoTime();
    for (Entry[] level : wheel) {
      for (int slot = 0; slot < SLOTS; slot++) {
        level[slot] = Entry.head();
      }
    }
  }

  @Override
  public Timer after(long delayMs, Runnable work) {
    // The current millisecond has partly passed: one more makes sure that no timer fires early.
    long dueMs = elapsedMs() + Math.min(Math.max(delayMs, 0), Long.MAX_VALUE / 4) + 1;
    Entry entry = new Entry(this, dueMs, work);
    place(entry);
    size++;
    return entry;
  }

  /**
   * Runs what is due, at most {@code limit} timers.
   *
   * @return how many ran
   */
  public int advance(int limit) {
    long targetMs = elapsedMs();
    int fired = 0;
    while (true) {
      Entry head = wheel[0][slot(nowMs, 0)];
      while (head.next != head) {
        if (fired >= limit) {
          return fired;
        }
        Entry due = head.next;
        due.unlink();
        size--;
        fired++;
        try {
          due.work.run();
        } catch (RuntimeException e) {
          Failures.report("timer", e);
        }
      }
      occupied[0] &= ~(1L << slot(nowMs, 0));
      if (nowMs >= targetMs) {
        return fired;
      }
      nowMs = Math.min(nextEventMs(), targetMs);
      cascade();
    }
  }

  /** When {@link #advance} is next needed, as {@link Clock#nanoTime}; never too late. */
  public long nextDeadlineNs() {
    if (size == 0) {
      return Long.MAX_VALUE;
    }
    if (wheel[0][slot(nowMs, 0)].next != wheel[0][slot(nowMs, 0)]) {
      return clock.nanoTime();
    }
    return originNs + TimeUnit.MILLISECONDS.toNanos(nextEventMs());
  }

  /** How many timers are set. */
  public int size() {
    return size;
  }

  private long elapsedMs() {
    return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - originNs);
  }

  private static int slot(long ms, int level) {
    return (int) (ms >>> (BITS * level)) & (SLOTS - 1);
  }

  private void place(Entry entry) {
    long dueMs = Math.max(entry.dueMs, nowMs);
    long distanceMs = dueMs - nowMs;
    if (distanceMs >= SPAN_MS) {
      dueMs = nowMs + SPAN_MS - 1;
      distanceMs = SPAN_MS - 1;
    }
    // The lowest level in which the due time and now differ only in that level's digit or below.
    long different = dueMs ^ nowMs;
    int level = different == 0 ? 0 : (63 - Long.numberOfLeadingZeros(different)) / BITS;
    if (level >= LEVELS) {
      level = LEVELS - 1;
    }
    int slot = slot(dueMs, level);
    entry.linkBefore(wheel[level][slot]);
    occupied[level] |= 1L << slot;
  }

  /** The next millisecond after now at which a slot must be looked at. */
  private long nextEventMs() {
    long nearest = Long.MAX_VALUE;
    for (int level = 0; level < LEVELS; level++) {
      int current = slot(nowMs, level);
      // Rotate so that bit 0 is the slot after the current one.
      long ahead = Long.rotateRight(occupied[level], (current + 1) & (SLOTS - 1));
      if (level < LEVELS - 1) {
        // Below the top level, slots at or behind the current one are empty.
        ahead &= -1L >>> (current + 1 == SLOTS ? 0 : current + 1);
        if (current == SLOTS - 1) {
          ahead = 0;
        }
      }
      if (ahead == 0) {
        continue;
      }
      long steps = Long.numberOfTrailingZeros(ahead) + 1L;
      int unit = BITS * level;
      nearest = Math.min(nearest, ((nowMs >>> unit) + steps) << unit);
    }
    return nearest;
  }

  /** Moves timers whose higher-level slot has just begun to where they belong now. */
  private void cascade() {
    for (int level = LEVELS - 1; level > 0; level--) {
      if ((nowMs & ((1L << (BITS * level)) - 1)) != 0) {
        continue;
      }
      int slot = slot(nowMs, level);
      Entry head = wheel[level][slot];
      occupied[level] &= ~(1L << slot);
      Entry moving = head.takeAll();
      while (moving != null) {
        Entry following = moving.next == moving ? null : moving.next;
        moving.unlink();
        place(moving);
        moving = following;
      }
    }
  }

  private static final class Entry implements Timer {
    private static final Runnable NOTHING = () -> {};

    private final @Nullable TimingWheel wheel;
    private final long dueMs;
    private final Runnable work;
    private Entry next;
    private Entry previous;

    private Entry(@Nullable TimingWheel wheel, long dueMs, Runnable work) {
      this.wheel = wheel;
      this.dueMs = dueMs;
      this.work = work;
      this.next = this;
      this.previous = this;
    }

    static Entry head() {
      return new Entry(null, 0, NOTHING);
    }

    void linkBefore(Entry head) {
      previous = head.previous;
      next = head;
      head.previous.next = this;
      head.previous = this;
    }

    void unlink() {
      previous.next = next;
      next.previous = previous;
      next = this;
      previous = this;
    }

    /** Detaches all entries behind this head as a ring of their own; null when there is none. */
    @Nullable Entry takeAll() {
      if (next == this) {
        return null;
      }
      Entry first = next;
      unlink();
      return first;
    }

    @Override
    public void cancel() {
      if (next != this && wheel != null) {
        unlink();
        wheel.size--;
      }
    }
  }
}

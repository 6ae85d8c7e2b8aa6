package io.millrace.server.cursor;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * When the locks of records end that members of a share group hold. Moments are rounded up to a
 * grid of {@value #STEPS} steps for a lock's time, so that a hundred thousand locks are a few
 * bitmaps with one timer for them all; a lock lasts at most that one step longer. The shard's
 * thread.
 */
final class LockTable {
  /** What {@link #nextDueMs} returns when there is no lock. */
  static final long NONE = Long.MAX_VALUE;

  private static final int STEPS = 64;

  /** By the moment of their end, in milliseconds of any clock that does not go back. */
  private final TreeMap<Long, OffsetSet> byDueMs = new TreeMap<>();

  /** Locks a run, both ends inclusive, that is not locked. */
  void lock(long first, long last, long nowMs, long lockMs) {
    long step = Math.max(1, lockMs / STEPS);
    long due = Math.floorDiv(nowMs + lockMs + step - 1, step) * step;
    byDueMs.computeIfAbsent(due, moment -> new OffsetSet()).add(first, last);
  }

  /** Ends the locks of a run, both ends inclusive, where there are any. */
  void unlock(long first, long last) {
    Iterator<OffsetSet> sets = byDueMs.values().iterator();
    while (sets.hasNext()) {
      OffsetSet set = sets.next();
      set.remove(first, last);
      if (set.isEmpty()) {
        sets.remove();
      }
    }
  }

  /** Ends the locks whose time is over. Returns what they held. */
  OffsetSet takeDue(long nowMs) {
    OffsetSet due = new OffsetSet();
    for (Map.Entry<Long, OffsetSet> next = byDueMs.firstEntry();
        next != null && next.getKey() <= nowMs;
        next = byDueMs.firstEntry()) {
      due.add(next.getValue());
      byDueMs.remove(next.getKey());
    }
    return due;
  }

  /** When the next lock ends, or {@link #NONE}. */
  long nextDueMs() {
    return byDueMs.isEmpty() ? NONE : byDueMs.firstKey();
  }

  long size() {
    long size = 0;
    for (OffsetSet set : byDueMs.values()) {
      size += set.size();
    }
    return size;
  }

  void clear() {
    byDueMs.clear();
  }
}

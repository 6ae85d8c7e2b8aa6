package io.millrace.server.cursor;

/**
 * Messages that wait to be delivered, by priority: the highest lane that is not empty is served
 * first, in the order of offsets within a lane. Also remembers which messages have another than the
 * default priority until they are settled, so that a released one finds its lane again. The shard's
 * thread.
 */
final class Lanes {
  static final int DEFAULT_PRIORITY = 4;
  static final int PRIORITIES = 10;

  private final OffsetSet[] waiting = new OffsetSet[PRIORITIES];
  private final OffsetSet[] special = new OffsetSet[PRIORITIES];

  /** One bit for each priority that any known message has, the default's left out. */
  private int specialPriorities;

  Lanes() {
    for (int priority = 0; priority < PRIORITIES; priority++) {
      waiting[priority] = new OffsetSet();
      special[priority] = new OffsetSet();
    }
  }

  /** Learns of a message; does not put it into its lane. */
  void know(long offset, int priority) {
    if (priority != DEFAULT_PRIORITY) {
      special[priority].add(offset);
      specialPriorities |= 1 << priority;
    }
  }

  /** Puts messages into their lanes. */
  void add(long first, long last) {
    if (specialPriorities == 0) {
      waiting[DEFAULT_PRIORITY].add(first, last);
      return;
    }
    waiting[DEFAULT_PRIORITY].add(first, last);
    for (int priority = 0; priority < PRIORITIES; priority++) {
      if ((specialPriorities & (1 << priority)) != 0) {
        OffsetSet lane = waiting[priority];
        special[priority].forEachRun(
            first,
            last,
            (from, to) -> {
              waiting[DEFAULT_PRIORITY].remove(from, to);
              lane.add(from, to);
            });
      }
    }
  }

  /** Takes messages out of whatever lane they are in. */
  void remove(long first, long last) {
    waiting[DEFAULT_PRIORITY].remove(first, last);
    for (int priority = 0; priority < PRIORITIES; priority++) {
      if ((specialPriorities & (1 << priority)) != 0) {
        waiting[priority].remove(first, last);
      }
    }
  }

  /** Forgets settled messages. */
  void forget(long first, long last) {
    if (specialPriorities == 0) {
      return;
    }
    for (int priority = 0; priority < PRIORITIES; priority++) {
      if ((specialPriorities & (1 << priority)) != 0) {
        special[priority].remove(first, last);
        if (special[priority].isEmpty() && waiting[priority].isEmpty()) {
          specialPriorities &= ~(1 << priority);
        }
      }
    }
  }

  void clear() {
    for (int priority = 0; priority < PRIORITIES; priority++) {
      waiting[priority].clear();
      special[priority].clear();
    }
    specialPriorities = 0;
  }

  boolean contains(long offset) {
    for (OffsetSet lane : waiting) {
      if (lane.contains(offset)) {
        return true;
      }
    }
    return false;
  }

  /** Whether any message of a run, both ends inclusive, waits. */
  boolean intersects(long first, long last) {
    for (OffsetSet lane : waiting) {
      if (lane.intersects(first, last)) {
        return true;
      }
    }
    return false;
  }

  /** The lane to be served next; null when nothing waits. */
  @org.jspecify.annotations.Nullable
  OffsetSet next() {
    if (specialPriorities == 0) {
      return waiting[DEFAULT_PRIORITY].isEmpty() ? null : waiting[DEFAULT_PRIORITY];
    }
    for (int priority = PRIORITIES - 1; priority >= 0; priority--) {
      if (!waiting[priority].isEmpty()) {
        return waiting[priority];
      }
    }
    return null;
  }

  /** How many messages wait. */
  long size() {
    long size = 0;
    for (OffsetSet lane : waiting) {
      size += lane.size();
    }
    return size;
  }
}

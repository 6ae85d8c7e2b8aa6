package io.millrace.server.cursor;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The consumers of a cursor's part, and whose turn it is. The shard's thread. */
final class ConsumerRing implements Iterable<Attached> {
  private final Map<ConsumerKey, Attached> byKey = new LinkedHashMap<>();
  private final List<Attached> ring = new ArrayList<>();
  private int turn;

  @Nullable Attached find(ConsumerKey consumer) {
    return byKey.get(consumer);
  }

  /** Adds a consumer that is not there yet. */
  Attached add(CursorConsumer consumer) {
    Attached attached = new Attached(consumer);
    byKey.put(consumer.key(), attached);
    ring.add(attached);
    return attached;
  }

  @Nullable Attached remove(ConsumerKey consumer) {
    Attached attached = byKey.remove(consumer);
    if (attached != null) {
      ring.remove(attached);
      turn = 0;
    }
    return attached;
  }

  void clear() {
    byKey.clear();
    ring.clear();
    turn = 0;
  }

  boolean isEmpty() {
    return ring.isEmpty();
  }

  int size() {
    return ring.size();
  }

  /** In the order of their coming; must not be changed meanwhile. */
  @Override
  public Iterator<Attached> iterator() {
    return ring.iterator();
  }

  /** As they are now. */
  List<Attached> copy() {
    return List.copyOf(ring);
  }

  /** The next consumer that takes messages; null when there is none. */
  @Nullable Attached next() {
    for (int i = 0; i < ring.size(); i++) {
      Attached candidate = ring.get((turn + i) % ring.size());
      if (candidate.available() > 0) {
        turn = (turn + i + 1) % ring.size();
        return candidate;
      }
    }
    return null;
  }

  /** How many consumers take messages now. */
  int takers() {
    int takers = 0;
    for (Attached attached : ring) {
      takers += attached.available() > 0 ? 1 : 0;
    }
    return takers;
  }

  /** What is in flight to any of them. */
  OffsetSet inFlight() {
    OffsetSet all = new OffsetSet();
    ring.forEach(attached -> all.add(attached.inFlight()));
    return all;
  }

  /** How much is in flight: an offset is so to one of them at most. */
  long inFlightCount() {
    long count = 0;
    for (Attached attached : ring) {
      count += attached.inFlight().size();
    }
    return count;
  }
}

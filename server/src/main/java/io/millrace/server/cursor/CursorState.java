package io.millrace.server.cursor;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a cursor part knows for ever; changed by replaying records only. The shard's thread.
 *
 * <p>Invariant: the floor itself is not settled, so no settled offset lies at or below it.
 */
final class CursorState {
  private long floor;
  private final OffsetSet settled;

  /** How often each was delivered in vain; only where that is above zero, and not settled. */
  private final DeliveryCounts counts;

  private final Set<ConsumerKey> holders = new LinkedHashSet<>();
  private long reach;

  CursorState(long floor) {
    this(floor, new OffsetSet(), new DeliveryCounts());
  }

  private CursorState(long floor, OffsetSet settled, DeliveryCounts counts) {
    this.floor = floor;
    this.settled = settled;
    this.counts = counts;
  }

  /** Everything below is settled. */
  long floor() {
    return floor;
  }

  /** What is settled above the floor. */
  OffsetSet settled() {
    return settled;
  }

  boolean isSettled(long offset) {
    return offset < floor || settled.contains(offset);
  }

  /** How often a message was delivered in vain. */
  int count(long offset) {
    return counts.get(offset);
  }

  /** Visits runs of messages whose count is above zero; some may come several times. */
  void forEachCounted(OffsetSet.RunVisitor visitor) {
    counts.forEachRun(visitor);
  }

  /** No message was delivered in vain more often. */
  int highestCount() {
    return counts.upperBound();
  }

  boolean hasCounts() {
    return !counts.isEmpty();
  }

  Set<ConsumerKey> holders() {
    return holders;
  }

  /** Nothing at or above was ever delivered. */
  long reach() {
    return reach;
  }

  void reach(long to) {
    reach = to;
  }

  void settle(long first, long last) {
    if (last >= floor) {
      counts.clear(Math.max(first, floor), last);
    }
    if (first <= floor) {
      if (last < floor) {
        return;
      }
      floor = last + 1;
    } else {
      settled.add(first, last);
    }
    if (settled.isEmpty()) {
      return;
    }
    if (first <= floor && settled.first() < floor) {
      settled.remove(0, floor - 1);
    }
    if (settled.contains(floor)) {
      long end = settled.runEnd(floor);
      settled.remove(floor, end);
      floor = end + 1;
    }
  }

  /** These were delivered in vain once more. */
  void count(List<OffsetRun> runs) {
    OffsetSet unsettled = new OffsetSet();
    for (OffsetRun run : runs) {
      if (run.last() >= floor) {
        unsettled.add(Math.max(run.first(), floor), run.last());
      }
      settled.forEachRun(run.first(), run.last(), unsettled::remove);
    }
    counts.increment(unsettled);
  }

  void move(long newFloor) {
    floor = newFloor;
    settled.clear();
    counts.clear();
    reach = 0;
  }

  void hold(ConsumerKey consumer, boolean present) {
    if (present) {
      holders.add(consumer);
    } else {
      holders.remove(consumer);
    }
  }

  void write(StateWriter out) {
    out.putLong(floor);
    settled.write(out);
    counts.write(out);
    out.putInt(holders.size());
    holders.forEach(holder -> holder.write(out));
    out.putLong(reach);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param version of the snapshot: version 1 had a list of counts, and no reach
   */
  static CursorState read(StateReader in, int version) {
    boolean first = version == 1;
    CursorState state =
        new CursorState(
            in.getLong(),
            OffsetSet.read(in),
            first ? DeliveryCounts.readList(in) : DeliveryCounts.read(in));
    for (int left = in.getCount(); left > 0; left--) {
      state.holders.add(ConsumerKey.read(in));
    }
    state.reach = first ? 0 : in.getLong();
    return state;
  }

  /** Runs of unsettled offsets from the floor up to a limit, exclusive. */
  List<OffsetRun> unsettledBelow(long limit) {
    List<OffsetRun> runs = new ArrayList<>();
    long[] from = {floor};
    settled.forEachRun(
        (first, last) -> {
          if (from[0] < Math.min(first, limit)) {
            runs.add(new OffsetRun(from[0], Math.min(first, limit) - 1));
          }
          from[0] = last + 1;
        });
    if (from[0] < limit) {
      runs.add(new OffsetRun(from[0], limit - 1));
    }
    return runs;
  }
}

package io.millrace.server.cursor;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
  private final Map<Long, Integer> counts = new HashMap<>();

  private final Set<ConsumerKey> holders = new LinkedHashSet<>();
  private long reach;

  CursorState(long floor) {
    this(floor, new OffsetSet());
  }

  private CursorState(long floor, OffsetSet settled) {
    this.floor = floor;
    this.settled = settled;
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
    return counts.isEmpty() ? 0 : counts.getOrDefault(offset, 0);
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
    forgetCounts(Math.max(first, floor), last);
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

  private void forgetCounts(long first, long last) {
    if (counts.isEmpty() || last < first) {
      return;
    }
    if (last - first < counts.size()) {
      for (long offset = first; offset <= last; offset++) {
        counts.remove(offset);
      }
    } else {
      counts.keySet().removeIf(offset -> offset >= first && offset <= last);
    }
  }

  void count(List<OffsetRun> runs) {
    for (OffsetRun run : runs) {
      for (long offset = run.first(); offset <= run.last(); offset++) {
        if (!isSettled(offset)) {
          counts.merge(offset, 1, Integer::sum);
        }
      }
    }
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
    out.putInt(counts.size());
    counts.forEach((offset, count) -> out.putLong(offset).putInt(count));
    out.putInt(holders.size());
    holders.forEach(holder -> holder.write(out));
    out.putLong(reach);
  }

  static CursorState read(StateReader in) {
    CursorState state = new CursorState(in.getLong(), OffsetSet.read(in));
    for (int left = in.getCount(); left > 0; left--) {
      state.counts.put(in.getLong(), in.getInt());
    }
    for (int left = in.getCount(); left > 0; left--) {
      state.holders.add(ConsumerKey.read(in));
    }
    state.reach = in.hasRemaining() ? in.getLong() : 0;
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

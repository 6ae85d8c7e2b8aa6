package io.millrace.server.cursor;

import io.millrace.server.shard.StateFormatException;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive offsets of one partition.
 *
 * @param first 0 or more
 * @param last inclusive, not below {@code first}
 */
public record OffsetRun(long first, long last) {
  public OffsetRun {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("not a run of offsets: " + first + " to " + last);
    }
  }

  /** How many offsets these are. */
  public long count() {
    return last - first + 1;
  }

  /** The runs of a set, ascending. */
  public static List<OffsetRun> of(OffsetSet set) {
    List<OffsetRun> runs = new ArrayList<>();
    set.forEachRun((first, last) -> runs.add(new OffsetRun(first, last)));
    return runs;
  }

  /** Writes runs: their count, then for each its first offset and its length less one. */
  public static void writeAll(List<OffsetRun> runs, StateWriter out) {
    out.putInt(runs.size());
    for (OffsetRun run : runs) {
      out.putLong(run.first).putLong(run.last - run.first);
    }
  }

  /** Reads what {@link #writeAll} wrote. */
  public static List<OffsetRun> readAll(StateReader in) {
    int count = in.getCount();
    List<OffsetRun> runs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long first = in.getLong();
      long more = in.getLong();
      if (first < 0 || more < 0 || first + more < first) {
        throw new StateFormatException("not a run of offsets: " + first + " and " + more, null);
      }
      runs.add(new OffsetRun(first, first + more));
    }
    return runs;
  }
}

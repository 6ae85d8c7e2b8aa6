package io.millrace.server.cursor;

import io.millrace.server.shard.StateFormatException;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * A set of offsets as compressed bitmaps: a million neighbours cost as little as a few. One thread.
 */
public final class OffsetSet {
  /** What methods return when there is no such offset. */
  public static final long NONE = -1;

  private static final int LOW_BITS = 32;
  private static final long LOW_MASK = 0xffff_ffffL;

  /** By the upper 32 bits of the offsets; no empty bitmaps. */
  private final TreeMap<Long, RoaringBitmap> pages = new TreeMap<>();

  /** Receives runs of consecutive offsets. */
  @FunctionalInterface
  public interface RunVisitor {
    /** One run, both ends inclusive. */
    void onRun(long first, long last);
  }

  public boolean isEmpty() {
    return pages.isEmpty();
  }

  /** How many offsets there are. */
  public long size() {
    long size = 0;
    for (RoaringBitmap page : pages.values()) {
      size += page.getLongCardinality();
    }
    return size;
  }

  public boolean contains(long offset) {
    RoaringBitmap page = pages.get(offset >>> LOW_BITS);
    return page != null && page.contains((int) offset);
  }

  public void add(long offset) {
    add(offset, offset);
  }

  /** Adds a run, both ends inclusive. */
  public void add(long first, long last) {
    check(first, last);
    for (long from = first; from <= last; ) {
      long high = from >>> LOW_BITS;
      long to = Math.min(last, (high << LOW_BITS) | LOW_MASK);
      pages
          .computeIfAbsent(high, h -> new RoaringBitmap())
          .add(from & LOW_MASK, (to & LOW_MASK) + 1);
      from = to + 1;
    }
  }

  public void add(OffsetSet other) {
    other.forEachRun(this::add);
  }

  /** What is in both. */
  OffsetSet intersection(OffsetSet other) {
    OffsetSet both = new OffsetSet();
    pages.forEach(
        (high, page) -> {
          RoaringBitmap theirs = other.pages.get(high);
          if (theirs != null) {
            RoaringBitmap common = RoaringBitmap.and(page, theirs);
            if (!common.isEmpty()) {
              both.pages.put(high, common);
            }
          }
        });
    return both;
  }

  OffsetSet copy() {
    OffsetSet copy = new OffsetSet();
    pages.forEach((high, page) -> copy.pages.put(high, page.clone()));
    return copy;
  }

  public void remove(long offset) {
    remove(offset, offset);
  }

  /** Removes a run, both ends inclusive. */
  public void remove(long first, long last) {
    check(first, last);
    Long high = pages.ceilingKey(first >>> LOW_BITS);
    while (high != null && high <= last >>> LOW_BITS) {
      long from = Math.max(first, high << LOW_BITS);
      long to = Math.min(last, (high << LOW_BITS) | LOW_MASK);
      RoaringBitmap page = pages.get(high);
      if (page != null) {
        page.remove(from & LOW_MASK, (to & LOW_MASK) + 1);
        if (page.isEmpty()) {
          pages.remove(high);
        }
      }
      high = pages.higherKey(high);
    }
  }

  public void clear() {
    pages.clear();
  }

  /** The lowest offset, or {@link #NONE}. */
  public long first() {
    Map.Entry<Long, RoaringBitmap> lowest = pages.firstEntry();
    return lowest == null
        ? NONE
        : (lowest.getKey() << LOW_BITS) | (lowest.getValue().first() & LOW_MASK);
  }

  /** The highest offset, or {@link #NONE}. */
  public long last() {
    Map.Entry<Long, RoaringBitmap> highest = pages.lastEntry();
    return highest == null
        ? NONE
        : (highest.getKey() << LOW_BITS) | (highest.getValue().last() & LOW_MASK);
  }

  /** The lowest offset that is at least {@code from}, or {@link #NONE}. */
  public long next(long from) {
    long high = from >>> LOW_BITS;
    RoaringBitmap page = pages.get(high);
    if (page != null) {
      long low = page.nextValue((int) from);
      if (low >= 0) {
        return (high << LOW_BITS) | low;
      }
    }
    Map.Entry<Long, RoaringBitmap> later = pages.higherEntry(high);
    return later == null
        ? NONE
        : (later.getKey() << LOW_BITS) | (later.getValue().first() & LOW_MASK);
  }

  /** The last offset of the run of consecutive offsets that contains {@code offset}. */
  public long runEnd(long offset) {
    long high = offset >>> LOW_BITS;
    while (true) {
      RoaringBitmap page = pages.get(high);
      if (page == null) {
        return (high << LOW_BITS) - 1;
      }
      long from = high == offset >>> LOW_BITS ? offset & LOW_MASK : 0;
      long absent = page.nextAbsentValue((int) from);
      if (absent >= 0 && absent <= LOW_MASK) {
        return ((high << LOW_BITS) | absent) - 1;
      }
      high++;
    }
  }

  /** Whether any offset of a run, both ends inclusive, is in the set. */
  public boolean intersects(long first, long last) {
    long found = next(first);
    return found != NONE && found <= last;
  }

  /** Visits the runs in ascending order. The set must not change meanwhile. */
  public void forEachRun(RunVisitor visitor) {
    forEachRun(0, Long.MAX_VALUE, visitor);
  }

  /** Visits the parts of runs that lie between two offsets, both inclusive. */
  public void forEachRun(long first, long last, RunVisitor visitor) {
    long from = next(first);
    while (from != NONE && from <= last) {
      long end = runEnd(from);
      visitor.onRun(from, Math.min(end, last));
      if (end >= last) {
        return;
      }
      from = next(end + 1);
    }
  }

  /** Writes the set: a count of pages, then for each its upper bits and Roaring's own format. */
  public void write(StateWriter out) {
    out.putInt(pages.size());
    pages.forEach(
        (high, page) -> {
          page.runOptimize();
          ByteBuffer bytes = ByteBuffer.allocate(page.serializedSizeInBytes());
          page.serialize(bytes);
          out.putLong(high).putBuffer(bytes.flip());
        });
  }

  /** Reads what {@link #write} wrote. */
  public static OffsetSet read(StateReader in) {
    OffsetSet set = new OffsetSet();
    for (int left = in.getCount(); left > 0; left--) {
      long high = in.getLong();
      RoaringBitmap page = new RoaringBitmap();
      try {
        page.deserialize(ByteBuffer.wrap(in.getBytes()));
      } catch (IOException | RuntimeException e) {
        throw new StateFormatException("a bitmap of offsets is damaged", e);
      }
      if (!page.isEmpty()) {
        set.pages.put(high, page);
      }
    }
    return set;
  }

  private static void check(long first, long last) {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("not a run of offsets: " + first + " to " + last);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    forEachRun(
        (first, last) ->
            text.append(text.length() == 1 ? "" : ", ")
                .append(first)
                .append(first == last ? "" : ".." + last));
    return text.append('}').toString();
  }
}

package io.millrace.jms.link;

import io.millrace.jms.wire.OffsetRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A set of messages by partition and offset, kept as sorted ranges: cheap where offsets come in
 * order, as they mostly do. One thread at a time.
 */
public final class OffsetRanges {
  /**
   * The ranges of one partition: inclusive pairs (first, last), ascending, with gaps between them.
   */
  private static final class Line {
    final int partition;
    long[] bounds = new long[8];
    int size;

    Line(int partition) {
      this.partition = partition;
    }

    /** Index of the first pair that ends at or behind the offset. */
    int find(long offset) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (bounds[2 * middle + 1] < offset) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    void add(long first, long last) {
      if (size > 0 && bounds[2 * size - 1] == first - 1) {
        bounds[2 * size - 1] = last;
        return;
      }
      int from = find(first - 1);
      int to = from;
      long low = first;
      long high = last;
      while (to < size && bounds[2 * to] <= last + 1) {
        low = Math.min(low, bounds[2 * to]);
        high = Math.max(high, bounds[2 * to + 1]);
        to++;
      }
      replace(from, to, 1);
      bounds[2 * from] = low;
      bounds[2 * from + 1] = high;
    }

    void remove(long first, long last) {
      int from = find(first);
      int to = from;
      while (to < size && bounds[2 * to] <= last) {
        to++;
      }
      if (from == to) {
        return;
      }
      long low = bounds[2 * from];
      long high = bounds[2 * to - 1];
      int keepLow = low < first ? 1 : 0;
      int keepHigh = high > last ? 1 : 0;
      replace(from, to, keepLow + keepHigh);
      if (keepLow == 1) {
        bounds[2 * from] = low;
        bounds[2 * from + 1] = first - 1;
      }
      if (keepHigh == 1) {
        bounds[2 * (from + keepLow)] = last + 1;
        bounds[2 * (from + keepLow) + 1] = high;
      }
    }

    /**
     * Makes room for {@code count} pairs in place of those from {@code from} to before {@code to}.
     */
    private void replace(int from, int to, int count) {
      int newSize = size - (to - from) + count;
      if (2 * newSize > bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * Math.max(newSize, bounds.length));
      }
      System.arraycopy(bounds, 2 * to, bounds, 2 * (from + count), 2 * (size - to));
      size = newSize;
    }
  }

  private final List<Line> lines = new ArrayList<>(1);

  private Line line(int partition) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).partition == partition) {
        return lines.get(i);
      }
    }
    Line added = new Line(partition);
    lines.add(added);
    return added;
  }

  /** Adds one message. */
  public void add(int partition, long offset) {
    line(partition).add(offset, offset);
  }

  /** Adds messages. */
  public void add(OffsetRange range) {
    line(range.partition()).add(range.first(), range.last());
  }

  /** Adds the messages of another set. */
  public void addAll(OffsetRanges other) {
    other.toList().forEach(this::add);
  }

  /** Takes messages out, whether they are in or not. */
  public void remove(OffsetRange range) {
    line(range.partition()).remove(range.first(), range.last());
  }

  /** Takes the messages of another set out. */
  public void removeAll(OffsetRanges other) {
    other.toList().forEach(this::remove);
  }

  public boolean contains(int partition, long offset) {
    Line line = line(partition);
    int index = line.find(offset);
    return index < line.size && line.bounds[2 * index] <= offset;
  }

  /** True if a message of the range is in. */
  public boolean intersects(OffsetRange range) {
    Line line = line(range.partition());
    int index = line.find(range.first());
    return index < line.size && line.bounds[2 * index] <= range.last();
  }

  /** The messages that are in both sets; quick if the other one has few ranges. */
  public OffsetRanges intersection(OffsetRanges other) {
    OffsetRanges both = new OffsetRanges();
    for (OffsetRange with : other.toList()) {
      Line line = line(with.partition());
      for (int i = line.find(with.first()); i < line.size; i++) {
        long first = Math.max(line.bounds[2 * i], with.first());
        long last = Math.min(line.bounds[2 * i + 1], with.last());
        if (first > last) {
          break;
        }
        both.add(new OffsetRange(with.partition(), first, last));
      }
    }
    return both;
  }

  public boolean isEmpty() {
    for (Line line : lines) {
      if (line.size > 0) {
        return false;
      }
    }
    return true;
  }

  public void clear() {
    lines.clear();
  }

  /** The ranges, ascending in each partition. */
  public List<OffsetRange> toList() {
    List<OffsetRange> ranges = new ArrayList<>();
    for (Line line : lines) {
      for (int i = 0; i < line.size; i++) {
        ranges.add(new OffsetRange(line.partition, line.bounds[2 * i], line.bounds[2 * i + 1]));
      }
    }
    return ranges;
  }

  @Override
  public String toString() {
    return toList().toString();
  }
}

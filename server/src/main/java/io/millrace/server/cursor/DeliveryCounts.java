package io.millrace.server.cursor;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * How often messages were delivered in vain, where that is above zero. Bit-sliced: set n holds the
 * offsets in whose count bit n is 1, so that a million neighbours with like counts cost as little
 * as a few. The shard's thread.
 */
final class DeliveryCounts {
  /** Higher counts are kept as this. */
  static final int MAX = (1 << 16) - 1;

  private static final int BITS = 16;

  /** Without empty sets behind the last one that is not. */
  private final List<OffsetSet> bits = new ArrayList<>();

  boolean isEmpty() {
    return bits.isEmpty();
  }

  int get(long offset) {
    int count = 0;
    for (int bit = 0; bit < bits.size(); bit++) {
      if (bits.get(bit).contains(offset)) {
        count |= 1 << bit;
      }
    }
    return count;
  }

  /** No count is higher. */
  int upperBound() {
    return (1 << bits.size()) - 1;
  }

  /** Visits runs of offsets whose count is above zero; some may come several times. */
  void forEachRun(OffsetSet.RunVisitor visitor) {
    bits.forEach(set -> set.forEachRun(visitor));
  }

  /** Adds one to each offset of a set. */
  void increment(OffsetSet offsets) {
    OffsetSet carry = offsets.copy();
    atMaximum().forEachRun(carry::remove);
    for (int bit = 0; !carry.isEmpty(); bit++) {
      if (bit == bits.size()) {
        bits.add(new OffsetSet());
      }
      OffsetSet set = bits.get(bit);
      OffsetSet both = set.intersection(carry);
      set.add(carry);
      both.forEachRun(set::remove);
      carry = both;
    }
    trim();
  }

  private OffsetSet atMaximum() {
    if (bits.size() < BITS) {
      return new OffsetSet();
    }
    OffsetSet all = bits.get(0).copy();
    for (OffsetSet set : bits) {
      all = all.intersection(set);
    }
    return all;
  }

  /** Sets the count of a run, both ends inclusive, to zero. */
  void clear(long first, long last) {
    bits.forEach(set -> set.remove(first, last));
    trim();
  }

  void clear() {
    bits.clear();
  }

  private void trim() {
    while (!bits.isEmpty() && bits.get(bits.size() - 1).isEmpty()) {
      bits.remove(bits.size() - 1);
    }
  }

  void write(StateWriter out) {
    out.putInt(bits.size());
    bits.forEach(set -> set.write(out));
  }

  static DeliveryCounts read(StateReader in) {
    DeliveryCounts counts = new DeliveryCounts();
    for (int left = in.getCount(); left > 0; left--) {
      counts.bits.add(OffsetSet.read(in));
    }
    return counts;
  }

  /** Reads the list of offsets and counts of the snapshot's version 1. */
  static DeliveryCounts readList(StateReader in) {
    DeliveryCounts counts = new DeliveryCounts();
    for (int left = in.getCount(); left > 0; left--) {
      long offset = in.getLong();
      int count = Math.min(in.getInt(), MAX);
      for (int bit = 0; count >> bit > 0; bit++) {
        if (bit == counts.bits.size()) {
          counts.bits.add(new OffsetSet());
        }
        if ((count >> bit & 1) == 1) {
          counts.bits.get(bit).add(offset);
        }
      }
    }
    counts.trim();
    return counts;
  }
}

package io.millrace.server.group.assignor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Puts items into bins so that bins from which an item can choose have about as many items each.
 * Items stay in the bins that they were in where they can. One thread; for one use.
 *
 * <p>Bins that are chosen from together are in one heap by their load. An entry whose load is not
 * the bin's any more is dropped when it comes to the top; each change of a load adds a new one.
 */
final class Bins {
  static final int NONE = -1;

  /** Where items read different things, balance comes in several rounds, and is then left. */
  private static final int ROUNDS = 8;

  private final int[] loads;
  private final List<List<Integer>> choicesOf = new ArrayList<>();
  private final List<PriorityQueue<Entry>> heaps = new ArrayList<>();
  private final List<List<Integer>> choices = new ArrayList<>();

  private final List<Integer> choiceOf = new ArrayList<>();
  private final List<Integer> binOf = new ArrayList<>();

  private record Entry(int load, int bin) {}

  Bins(int count) {
    loads = new int[count];
    for (int i = 0; i < count; i++) {
      choicesOf.add(new ArrayList<>(1));
    }
  }

  /** Something that stays is in the bin. Before the first item. */
  void load(int bin) {
    loads[bin]++;
  }

  int loadOf(int bin) {
    return loads[bin];
  }

  /** Bins from which items choose; at least one. */
  int addChoice(List<Integer> bins) {
    bins.forEach(bin -> choicesOf.get(bin).add(choices.size()));
    choices.add(bins);
    return choices.size() - 1;
  }

  /** The bin of these that has the fewest items so far; {@link #NONE} of none. */
  int leastOf(List<Integer> bins) {
    int least = NONE;
    for (int bin : bins) {
      if (least == NONE || loads[bin] < loads[least]) {
        least = bin;
      }
    }
    return least;
  }

  /**
   * One more item.
   *
   * @param bin where it was, and may stay; else {@link #NONE}
   */
  void addItem(int choice, int bin) {
    choiceOf.add(choice);
    binOf.add(bin);
    if (bin != NONE) {
      loads[bin]++;
    }
  }

  /** Puts every item into a bin; answers with the bins by item. */
  int[] fill() {
    for (List<Integer> bins : choices) {
      PriorityQueue<Entry> heap =
          new PriorityQueue<>(Comparator.comparingInt(Entry::load).thenComparingInt(Entry::bin));
      bins.forEach(bin -> heap.add(new Entry(loads[bin], bin)));
      heaps.add(heap);
    }
    for (int item = 0; item < binOf.size(); item++) {
      if (binOf.get(item) == NONE) {
        int bin = least(choiceOf.get(item));
        binOf.set(item, bin);
        change(bin, 1);
      }
    }
    boolean moved = true;
    for (int round = 0; moved && round < ROUNDS; round++) {
      moved = balance();
    }
    return binOf.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Takes items out of the fullest bins as long as others have less; whether any was moved. */
  private boolean balance() {
    List<Deque<Integer>> items = new ArrayList<>();
    for (int i = 0; i < loads.length; i++) {
      items.add(new ArrayDeque<>());
    }
    for (int item = 0; item < binOf.size(); item++) {
      items.get(binOf.get(item)).add(item);
    }
    PriorityQueue<Entry> fullest =
        new PriorityQueue<>(
            Comparator.comparingInt((Entry entry) -> -entry.load).thenComparingInt(Entry::bin));
    for (int bin = 0; bin < loads.length; bin++) {
      fullest.add(new Entry(loads[bin], bin));
    }
    boolean moved = false;
    for (Entry top = fullest.poll(); top != null; top = fullest.poll()) {
      boolean stale = loads[top.bin] != top.load;
      if (stale || moveOne(top.bin, items.get(top.bin))) {
        moved |= !stale;
        fullest.add(new Entry(loads[top.bin], top.bin));
      }
    }
    return moved;
  }

  private boolean moveOne(int bin, Deque<Integer> items) {
    // The newest first. One that finds nothing better now is not looked at again in this round.
    for (Integer item = items.pollLast(); item != null; item = items.pollLast()) {
      int to = least(choiceOf.get(item));
      if (loads[to] + 1 < loads[bin]) {
        binOf.set(item, to);
        change(bin, -1);
        change(to, 1);
        return true;
      }
    }
    return false;
  }

  private int least(int choice) {
    PriorityQueue<Entry> heap = heaps.get(choice);
    while (true) {
      Entry top = heap.peek();
      if (top == null) {
        throw new IllegalStateException("a choice without bins");
      }
      if (loads[top.bin] == top.load) {
        return top.bin;
      }
      heap.poll();
    }
  }

  private void change(int bin, int by) {
    loads[bin] += by;
    for (int choice : choicesOf.get(bin)) {
      heaps.get(choice).add(new Entry(loads[bin], bin));
    }
  }
}

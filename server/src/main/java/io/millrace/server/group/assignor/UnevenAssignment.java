package io.millrace.server.group.assignor;

import io.millrace.log.LogId;
import io.millrace.server.group.assignor.AssignmentInput.Subscriber;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Balances a group whose members read different topics: first everyone keeps what they have, then
 * what is left goes to the least loaded reader, then partitions move along chains of members, from
 * one with more to one with at least two fewer, until there is no such chain. That is the best
 * balance that the subscriptions allow, because a balance without such a chain has no better one.
 *
 * <p>The search for chains ends after {@value #MAX_STEPS} steps, for the sake of the thread that
 * computes it; the assignment is then complete, and less balanced than it could be.
 */
final class UnevenAssignment {
  static final int MAX_STEPS = 2_000_000;
  private static final int NOBODY = -1;

  private final AssignmentInput input;
  private final List<String> ids;
  private final List<Subscriber> members;

  /** Who reads a topic, as indexes into {@link #ids}. */
  private final Readers readers;

  /** What each member has, by topic. No list in it is empty. */
  private final List<Map<UUID, Deque<LogId>>> held = new ArrayList<>();

  private final int[] load;
  private long steps;

  /**
   * Of the chain that is looked for: whom each member would get a partition from, of which topic.
   */
  private final int[] from;

  private final UUID[] by;

  UnevenAssignment(AssignmentInput input) {
    this.input = input;
    this.ids = List.copyOf(input.members().keySet());
    this.members = List.copyOf(input.members().values());
    this.load = new int[ids.size()];
    this.from = new int[ids.size()];
    this.by = new UUID[ids.size()];
    this.readers = new Readers(members, input.topics().keySet());
    for (int member = 0; member < ids.size(); member++) {
      held.add(new TreeMap<>());
    }
  }

  Map<String, Set<LogId>> assign() {
    Set<LogId> taken = new HashSet<>();
    for (int member = 0; member < ids.size(); member++) {
      for (LogId kept : UniformAssignor.kept(input, members.get(member), taken)) {
        give(member, kept);
      }
    }
    giveTheRest(taken);
    balance();
    Map<String, Set<LogId>> assigned = new LinkedHashMap<>();
    for (int member = 0; member < ids.size(); member++) {
      Set<LogId> mine = new LinkedHashSet<>();
      held.get(member).values().forEach(mine::addAll);
      assigned.put(ids.get(member), mine);
    }
    return assigned;
  }

  private void give(int member, LogId partition) {
    held.get(member)
        .computeIfAbsent(partition.group(), topic -> new ArrayDeque<>())
        .addLast(partition);
    load[member]++;
  }

  private LogId take(int member, UUID topic) {
    Deque<LogId> some = Known.get(held.get(member), topic);
    LogId taken = some.removeLast();
    if (some.isEmpty()) {
      held.get(member).remove(topic);
    }
    load[member]--;
    return taken;
  }

  /** Topics with few readers first: they have the least choice. */
  private void giveTheRest(Set<LogId> taken) {
    List<UUID> topics = new ArrayList<>(readers.topics());
    topics.sort(Comparator.comparingInt(topic -> readers.of(topic).length));
    for (UUID topic : topics) {
      List<LogId> left = new ArrayList<>();
      for (int index = 0; index < Known.get(input.topics(), topic); index++) {
        LogId partition = new LogId(topic, index);
        if (taken.add(partition)) {
          left.add(partition);
        }
      }
      if (left.size() == 1) {
        give(leastLoaded(readers.of(topic)), left.get(0));
      } else if (!left.isEmpty()) {
        giveInTurn(readers.of(topic), left);
      }
    }
  }

  /** Each to the least loaded of the readers, which are put in order only once. */
  private void giveInTurn(int[] some, List<LogId> left) {
    Queue<Integer> byLoad =
        new PriorityQueue<>(
            Comparator.comparingInt((Integer member) -> load[member])
                .thenComparing(Comparator.naturalOrder()));
    for (int member : some) {
      byLoad.add(member);
    }
    for (LogId partition : left) {
      Integer least = byLoad.remove();
      give(least, partition);
      byLoad.add(least);
    }
  }

  private int leastLoaded(int[] some) {
    int least = some[0];
    for (int member : some) {
      if (load[member] < load[least]) {
        least = member;
      }
    }
    return least;
  }

  private void balance() {
    boolean moved = true;
    while (moved && steps < MAX_STEPS) {
      moved = false;
      List<Integer> byLoad = new ArrayList<>();
      for (int member = 0; member < ids.size(); member++) {
        byLoad.add(member);
      }
      byLoad.sort(Comparator.comparingInt(member -> -load[member]));
      // It only ever gets more: nobody gets a partition from who has not two more.
      int least = load[byLoad.get(byLoad.size() - 1)];
      for (int member : byLoad) {
        while (load[member] >= least + 2 && steps < MAX_STEPS && moveOneFrom(member)) {
          moved = true;
        }
      }
    }
  }

  /** Looks, breadth first, for a chain of readers to somebody with at least two fewer. */
  private boolean moveOneFrom(int start) {
    steps += ids.size();
    Arrays.fill(from, NOBODY);
    Set<UUID> seen = new HashSet<>();
    Deque<Integer> queue = new ArrayDeque<>();
    from[start] = start;
    queue.add(start);
    while (!queue.isEmpty() && steps < MAX_STEPS) {
      int member = queue.remove();
      for (UUID topic : held.get(member).keySet()) {
        steps++;
        if (seen.add(topic)) {
          for (int reader : readers.of(topic)) {
            steps++;
            if (from[reader] == NOBODY) {
              from[reader] = member;
              by[reader] = topic;
              if (load[reader] <= load[start] - 2) {
                move(start, reader);
                return true;
              }
              queue.add(reader);
            }
          }
        }
      }
    }
    return false;
  }

  private void move(int start, int end) {
    for (int member = end; member != start; member = from[member]) {
      give(member, take(from[member], by[member]));
    }
  }
}

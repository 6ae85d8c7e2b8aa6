package io.millrace.server.group.assignor;

import io.millrace.server.group.assignor.AssignmentInput.Subscriber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Who reads which topics. Members with the very same set of topics are looked at once, and topics
 * with the same readers share their list. Immutable.
 */
final class Readers {
  private final Map<UUID, int[]> byTopic = new TreeMap<>();

  /**
   * The readers of these topics.
   *
   * @param members who are meant by their places in this list
   */
  Readers(List<Subscriber> members, Set<UUID> topics) {
    IdentityHashMap<Set<UUID>, Integer> kinds = new IdentityHashMap<>();
    List<List<Integer>> membersOfKind = new ArrayList<>();
    Map<UUID, List<Integer>> kindsOfTopic = new HashMap<>();
    for (int member = 0; member < members.size(); member++) {
      Set<UUID> reads = members.get(member).topics();
      Integer kind = kinds.get(reads);
      if (kind == null) {
        kind = membersOfKind.size();
        kinds.put(reads, kind);
        membersOfKind.add(new ArrayList<>());
        for (UUID topic : reads) {
          if (topics.contains(topic)) {
            kindsOfTopic.computeIfAbsent(topic, key -> new ArrayList<>()).add(kind);
          }
        }
      }
      membersOfKind.get(kind).add(member);
    }
    Map<List<Integer>, int[]> known = new HashMap<>();
    kindsOfTopic.forEach(
        (topic, some) ->
            byTopic.put(
                topic, known.computeIfAbsent(some, same -> membersOf(same, membersOfKind))));
  }

  private static int[] membersOf(List<Integer> kinds, List<List<Integer>> membersOfKind) {
    return kinds.stream()
        .flatMap(kind -> membersOfKind.get(kind).stream())
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /** The topics that somebody reads, in order. */
  Set<UUID> topics() {
    return byTopic.keySet();
  }

  /** The places of a topic's readers, ascending; one at least. Not to be changed. */
  int[] of(UUID topic) {
    return Known.get(byTopic, topic);
  }
}

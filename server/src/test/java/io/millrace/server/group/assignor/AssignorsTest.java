package io.millrace.server.group.assignor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.group.assignor.AssignmentInput.Subscriber;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Assignors share all partitions, evenly, and move no more than they must. */
class AssignorsTest {
  private static final UUID A = new UUID(0, 1);
  private static final UUID B = new UUID(0, 2);
  private static final PartitionAssignor UNIFORM = new UniformAssignor();
  private static final PartitionAssignor RANGE = new RangeAssignor();
  private static final int CASES = 300;

  private final Map<String, Subscriber> members = new LinkedHashMap<>();
  private final Map<UUID, Integer> topics = new TreeMap<>();

  private void member(String id, UUID... reads) {
    member(id, null, reads);
  }

  private void member(String id, @Nullable String instanceId, UUID... reads) {
    members.put(id, new Subscriber(instanceId, Set.of(reads), Set.of()));
  }

  private Map<String, Set<LogId>> assign(PartitionAssignor assignor) {
    Map<String, Set<LogId>> assigned = assignor.assign(new AssignmentInput(members, topics));
    checkComplete(members, topics, assigned);
    assigned.forEach(
        (id, mine) ->
            members.computeIfPresent(
                id, (same, it) -> new Subscriber(it.instanceId(), it.topics(), mine)));
    return assigned;
  }

  /** Everything that somebody reads belongs to exactly one of those who read it. */
  private static void checkComplete(
      Map<String, Subscriber> members,
      Map<UUID, Integer> topics,
      Map<String, Set<LogId>> assigned) {
    assertThat(assigned.keySet()).isEqualTo(members.keySet());
    Set<LogId> all = new HashSet<>();
    assigned.forEach(
        (id, mine) ->
            mine.forEach(
                partition -> {
                  assertThat(all.add(partition)).as("%s twice", partition).isTrue();
                  assertThat(Known.get(members, id).topics()).contains(partition.group());
                }));
    topics.forEach(
        (topic, count) -> {
          boolean read = members.values().stream().anyMatch(each -> each.topics().contains(topic));
          long given = all.stream().filter(each -> each.group().equals(topic)).count();
          assertThat(given).as("partitions of %s", topic).isEqualTo(read ? count : 0);
        });
  }

  private static List<Integer> sizes(Map<String, Set<LogId>> assigned) {
    return assigned.values().stream().map(Set::size).sorted().toList();
  }

  private static int moved(Map<String, Set<LogId>> before, Map<String, Set<LogId>> after) {
    int moved = 0;
    for (Map.Entry<String, Set<LogId>> each : before.entrySet()) {
      Set<LogId> lost = new HashSet<>(each.getValue());
      lost.removeAll(after.getOrDefault(each.getKey(), Set.of()));
      moved += lost.size();
    }
    return moved;
  }

  // ---- range

  @Test
  void rangeGivesRunsOfTheSameNumbersOfEveryTopic() {
    topics.put(A, 5);
    topics.put(B, 5);
    member("m2", A, B);
    member("m1", A, B);

    Map<String, Set<LogId>> assigned = assign(RANGE);

    assertThat(assigned.get("m1"))
        .containsExactlyInAnyOrder(
            new LogId(A, 0),
            new LogId(A, 1),
            new LogId(A, 2),
            new LogId(B, 0),
            new LogId(B, 1),
            new LogId(B, 2));
  }

  @Test
  void rangeKeepsTheRunOfAStaticMemberUnderAnotherId() {
    topics.put(A, 4);
    member("z", "first", A);
    member("y", "second", A);
    Set<LogId> before = Known.get(assign(RANGE), "z");

    members.remove("z");
    member("a", "first", A);

    assertThat(assign(RANGE).get("a")).isEqualTo(before);
  }

  // ---- uniform, everybody reads the same

  @Test
  void uniformSharesSeveralSmallTopicsEvenly() {
    for (int i = 0; i < 6; i++) {
      topics.put(new UUID(1, i), 1);
    }
    UUID[] all = topics.keySet().toArray(UUID[]::new);
    member("a", all);
    member("b", all);
    member("c", all);

    assertThat(sizes(assign(UNIFORM))).containsExactly(2, 2, 2);
    assertThat(sizes(assign(RANGE))).as("which range does not").containsExactly(0, 0, 6);
  }

  @Test
  void uniformMovesOnlyWhatANewcomerGets() {
    topics.put(A, 9);
    member("a", A);
    member("b", A);
    Map<String, Set<LogId>> before = assign(UNIFORM);

    member("c", A);
    Map<String, Set<LogId>> after = assign(UNIFORM);

    assertThat(sizes(after)).containsExactly(3, 3, 3);
    assertThat(moved(before, after)).isEqualTo(3);
  }

  @Test
  void uniformMovesOnlyWhatALeaverHad() {
    topics.put(A, 9);
    member("a", A);
    member("b", A);
    member("c", A);
    Map<String, Set<LogId>> before = assign(UNIFORM);

    members.remove("b");
    Map<String, Set<LogId>> after = assign(UNIFORM);
    before.remove("b");

    assertThat(moved(before, after)).isZero();
    assertThat(sizes(after)).containsExactly(4, 5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void uniformIsEvenAndSticksWhateverHappens(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 4; i++) {
      topics.put(new UUID(3, i), 1 + random.nextInt(20));
    }
    Map<String, Set<LogId>> before = new LinkedHashMap<>();
    int next = 0;
    for (int step = 0; step < CASES; step++) {
      if (members.isEmpty() || (members.size() < 20 && random.nextBoolean())) {
        members.put(
            "m" + next++, new Subscriber(null, new LinkedHashSet<>(topics.keySet()), Set.of()));
      } else if (random.nextInt(4) == 0) {
        UUID some = new UUID(3, random.nextInt(4));
        topics.computeIfPresent(some, (topic, count) -> Math.min(30, count + random.nextInt(3)));
      } else {
        List<String> ids = new ArrayList<>(members.keySet());
        members.remove(ids.get(random.nextInt(ids.size())));
      }
      Map<String, Set<LogId>> after = assign(UNIFORM);

      List<Integer> sizes = sizes(after);
      if (!sizes.isEmpty()) {
        assertThat(sizes.get(sizes.size() - 1) - sizes.get(0))
            .as("seed %d step %d: %s", seed, step, sizes)
            .isLessThanOrEqualTo(1);
        before.keySet().retainAll(after.keySet());
        assertThat(moved(before, after))
            .as("seed %d step %d", seed, step)
            .isEqualTo(leastMoves(before, sizes));
      }
      before = after;
    }
  }

  /** What those who have too much must give up, the largest keeping most. */
  private static int leastMoves(Map<String, Set<LogId>> before, List<Integer> sizes) {
    List<Integer> had = new ArrayList<>(before.values().stream().map(Set::size).sorted().toList());
    while (had.size() < sizes.size()) {
      had.add(0, 0);
    }
    return IntStream.range(0, sizes.size()).map(i -> Math.max(0, had.get(i) - sizes.get(i))).sum();
  }

  // ---- uniform, not everybody reads the same

  @Test
  void uniformBalancesAlongChainsOfReaders() {
    UUID c = new UUID(0, 3);
    topics.put(A, 4);
    topics.put(B, 2);
    topics.put(c, 1);
    member("only-a", A);
    member("a-and-b", A, B);
    member("b-and-c", B, c);

    assertThat(sizes(assign(UNIFORM))).containsExactly(2, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void uniformLeavesNoChainThatWouldBalanceBetter(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < CASES; round++) {
      members.clear();
      topics.clear();
      for (int i = 0; i < 1 + random.nextInt(5); i++) {
        topics.put(new UUID(4, i), 1 + random.nextInt(6));
      }
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        Set<UUID> reads = new LinkedHashSet<>();
        topics
            .keySet()
            .forEach(
                topic -> {
                  if (random.nextBoolean()) {
                    reads.add(topic);
                  }
                });
        members.put("m" + i, new Subscriber(null, reads, Set.of()));
      }
      Map<String, Set<LogId>> assigned = assign(UNIFORM);
      assertThat(betterChain(assigned)).as("seed %d round %d", seed, round).isFalse();

      assertThat(moved(assigned, assign(UNIFORM))).as("nothing moves the next time").isZero();
    }
  }

  private boolean betterChain(Map<String, Set<LogId>> assigned) {
    for (String start : assigned.keySet()) {
      Set<String> reached = new LinkedHashSet<>(List.of(start));
      List<String> queue = new ArrayList<>(reached);
      while (!queue.isEmpty()) {
        String giver = queue.remove(0);
        for (LogId partition : Known.get(assigned, giver)) {
          members.forEach(
              (id, member) -> {
                if (member.topics().contains(partition.group()) && reached.add(id)) {
                  queue.add(id);
                }
              });
        }
      }
      int most = Known.get(assigned, start).size();
      if (reached.stream().anyMatch(id -> Known.get(assigned, id).size() <= most - 2)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aLargeUnevenGroupIsAssignedInBoundedTime() {
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      topics.put(new UUID(5, i), 1 + random.nextInt(20));
    }
    List<UUID> all = List.copyOf(topics.keySet());
    for (int i = 0; i < 300; i++) {
      Set<UUID> reads = new LinkedHashSet<>();
      for (int j = 0; j < 1 + random.nextInt(500); j++) {
        reads.add(all.get(random.nextInt(all.size())));
      }
      members.put("m" + i, new Subscriber(null, reads, Set.of()));
    }
    long began = System.nanoTime();

    assign(UNIFORM);

    assertThat((System.nanoTime() - began) / 1_000_000).as("ms").isLessThan(10_000);
  }
}

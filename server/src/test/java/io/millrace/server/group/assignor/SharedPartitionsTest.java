package io.millrace.server.group.assignor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.group.assignor.AssignmentInput.Subscriber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partitions of share groups: everyone has some, as many as the others, and keeps them. */
class SharedPartitionsTest {
  private final Map<String, Set<UUID>> readers = new LinkedHashMap<>();
  private final Map<UUID, Integer> topics = new TreeMap<>();
  private Map<String, Set<LogId>> current = Map.of();

  private UUID topic(int partitions) {
    UUID id = new UUID(7, topics.size());
    topics.put(id, partitions);
    return id;
  }

  private Map<String, Set<LogId>> assign() {
    Map<String, Subscriber> members = new LinkedHashMap<>();
    readers.forEach(
        (name, read) ->
            members.put(name, new Subscriber(null, read, current.getOrDefault(name, Set.of()))));
    current = SharedPartitions.assign(new AssignmentInput(members, topics));
    return current;
  }

  private void join(int from, int to, UUID... read) {
    for (int i = from; i < to; i++) {
      readers.put("m" + i, Set.of(read));
    }
  }

  private Map<LogId, Integer> holders() {
    Map<LogId, Integer> holders = new HashMap<>();
    current.values().forEach(set -> set.forEach(each -> holders.merge(each, 1, Integer::sum)));
    return holders;
  }

  private int moved(Map<String, Set<LogId>> before) {
    int moved = 0;
    for (Map.Entry<String, Set<LogId>> each : current.entrySet()) {
      Set<LogId> fresh = new HashSet<>(each.getValue());
      fresh.removeAll(before.getOrDefault(each.getKey(), Set.of()));
      moved += fresh.size();
    }
    return moved;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whoReadsTheSameHasAsMuch(long seed) {
    Random random = new Random(seed);
    UUID topic = topic(1 + random.nextInt(20));
    for (int round = 0; round < 60; round++) {
      if (readers.isEmpty() || random.nextInt(3) > 0) {
        readers.put("m" + round, Set.of(topic));
      } else {
        List<String> names = new ArrayList<>(readers.keySet());
        readers.remove(names.get(random.nextInt(names.size())));
      }
      if (readers.isEmpty()) {
        continue;
      }
      int partitions = topics.getOrDefault(topic, 0);
      Map<String, Set<LogId>> before = current;

      assign();

      int most = current.values().stream().mapToInt(Set::size).max().orElseThrow();
      int least = current.values().stream().mapToInt(Set::size).min().orElseThrow();
      assertThat(least).as("seed %d round %d", seed, round).isPositive();
      assertThat(most - least).isLessThan(2);
      Map<LogId, Integer> holders = holders();
      assertThat(holders).hasSize(partitions);
      int crowd = holders.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
      int few = holders.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
      assertThat(crowd - few).isLessThan(2);
      assertThat(moved(before))
          .as("one came or went: seed %d round %d", seed, round)
          .isLessThanOrEqualTo(partitions / readers.size() + 2);
    }
  }

  @Test
  void nothingMovesWhenNothingChanges() {
    UUID a = topic(7);
    UUID b = topic(3);
    join(0, 4, a);
    join(4, 9, a, b);
    join(9, 20, b);
    Map<String, Set<LogId>> before = assign();

    assertThat(assign()).isEqualTo(before);
  }

  @Test
  void membersGetOnlyWhatTheyReadAndEveryPartitionThatIsReadHasOne() {
    UUID a = topic(10);
    UUID b = topic(2);
    UUID unread = topic(3);
    join(0, 2, a);
    join(2, 6, b);
    readers.put("nothing", Set.of());

    assign();

    assertThat(holders()).hasSize(12);
    assertThat(holders().keySet()).noneMatch(each -> each.group().equals(unread));
    readers.forEach(
        (name, read) ->
            assertThat(current.getOrDefault(name, Set.of()))
                .allMatch(each -> read.contains(each.group())));
    assertThat(current.get("m0")).hasSize(5);
    assertThat(current.get("m2")).hasSize(1);
    assertThat(current.get("nothing")).isEmpty();
  }

  @Test
  void aThousandMembersAndPartitionsTakeNoTime() {
    UUID[] all = new UUID[10];
    for (int i = 0; i < 10; i++) {
      all[i] = topic(100);
    }
    join(0, 1000, all);
    assign();
    long began = System.nanoTime();

    join(1000, 1001, all);
    assign();
    for (int i = 0; i < 500; i++) {
      readers.remove("m" + i);
    }
    assign();

    long tookMs = (System.nanoTime() - began) / 1_000_000;
    System.out.println("1000 members over 1000 partitions assigned twice in " + tookMs + " ms");
    assertThat(tookMs).isLessThan(2_000);
    assertThat(current.values()).allMatch(set -> set.size() == 2 || set.size() == 1);
  }
}

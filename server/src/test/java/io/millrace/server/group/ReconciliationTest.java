package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members come to their targets without ever sharing a partition. */
class ReconciliationTest {
  private static final UUID TOPIC = new UUID(0, 1);
  private static final Interest NONE = new Interest(List.of(), null, null);

  private static LogId p(int index) {
    return new LogId(TOPIC, index);
  }

  private static Set<LogId> set(int... indexes) {
    Set<LogId> set = new LinkedHashSet<>();
    for (int index : indexes) {
      set.add(p(index));
    }
    return set;
  }

  private static ConsumerMember has(int epoch, int... indexes) {
    return ConsumerMember.joining("m", null, NONE)
        .moved(epoch, ConsumerMemberState.STABLE, set(indexes), Set.of());
  }

  @Test
  void aNewcomerGetsWhatIsFreeAndWaitsForTheRest() {
    ConsumerMember next =
        Reconciliation.next(has(0), 3, set(1, 2), each -> each.index() == 1, Set.of());

    assertThat(next.state()).isEqualTo(ConsumerMemberState.UNRELEASED);
    assertThat(next.epoch()).isEqualTo(3);
    assertThat(next.assigned()).containsExactly(p(1));
    ConsumerMember later = Reconciliation.next(next, 3, set(1, 2), each -> true, null);
    assertThat(later.state()).isEqualTo(ConsumerMemberState.STABLE);
    assertThat(later.assigned()).containsExactlyInAnyOrder(p(1), p(2));
    assertThat(later.previousEpoch()).isEqualTo(0);
  }

  @Test
  void nothingIsGivenBeforeTheRestIsGivenBack() {
    ConsumerMember giving = Reconciliation.next(has(2, 1, 2), 3, set(2, 3), each -> true, null);

    assertThat(giving.state()).isEqualTo(ConsumerMemberState.UNREVOKED);
    assertThat(giving.epoch()).as("it keeps its epoch").isEqualTo(2);
    assertThat(giving.assigned()).containsExactly(p(2));
    assertThat(giving.revoking()).containsExactly(p(1));
    assertThat(Reconciliation.next(giving, 3, set(2, 3), each -> true, null)).isEqualTo(giving);
    assertThat(Reconciliation.next(giving, 3, set(2, 3), each -> true, set(1, 2)))
        .isEqualTo(giving);

    ConsumerMember given = Reconciliation.next(giving, 3, set(2, 3), each -> true, set(2));
    assertThat(given.state()).isEqualTo(ConsumerMemberState.STABLE);
    assertThat(given.epoch()).isEqualTo(3);
    assertThat(given.assigned()).containsExactlyInAnyOrder(p(2), p(3));
  }

  @Test
  void whatIsBeingGivenBackIsGivenBackEvenIfTheTargetChangesItsMind() {
    ConsumerMember giving = Reconciliation.next(has(2, 1, 2), 3, set(2), each -> true, null);

    assertThat(Reconciliation.next(giving, 4, set(1, 2), each -> true, null)).isEqualTo(giving);
    ConsumerMember given = Reconciliation.next(giving, 4, set(1, 2), each -> true, set(2));
    assertThat(given.assigned()).containsExactlyInAnyOrder(p(1), p(2));
    assertThat(given.epoch()).isEqualTo(4);
  }

  @Test
  void whoJoinsHasNothingToGiveBack() {
    ConsumerMember joins = Reconciliation.joining(has(2, 1, 2), set(2), Set.of());
    ConsumerMember next = Reconciliation.next(joins, 3, set(2), each -> true, Set.of());

    assertThat(next.assigned()).containsExactly(p(2));
    assertThat(next.state()).isEqualTo(ConsumerMemberState.STABLE);
    assertThat(next.revoking()).isEmpty();
  }

  /** A client that takes and gives back when it pleases, and whose answers get lost. */
  private static final class Client {
    final Set<LogId> reads = new HashSet<>();
    Set<LogId> told = Set.of();

    /** What it says that it has, when it has done what it was told; null before. */
    @Nullable Set<LogId> says(Random random) {
      if (random.nextInt(3) == 0) {
        return null;
      }
      reads.clear();
      reads.addAll(told);
      return new HashSet<>(reads);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noPartitionHasTwoReadersAndAllAreReadInTheEnd(long seed) {
    Random random = new Random(seed);
    int partitions = 1 + random.nextInt(12);
    ConsumerGroup group = new ConsumerGroup("g");
    Map<String, Client> clients = new HashMap<>();
    int epoch = 0;
    int names = 0;
    for (int step = 0; step < 3000; step++) {
      boolean changes = step < 2500 && random.nextInt(10) == 0;
      if (clients.isEmpty() || (changes && clients.size() < 5 && random.nextBoolean())) {
        String id = "m" + names++;
        clients.put(id, new Client());
        group.replay(new ConsumerMemberRecord("g", ConsumerMember.joining(id, null, NONE)));
        retarget(group, ++epoch, partitions, random);
      } else if (changes && clients.size() > 1 && random.nextInt(3) == 0) {
        String id = any(clients, random);
        clients.remove(id);
        group.replay(new ConsumerMemberLeftRecord("g", id));
        retarget(group, ++epoch, partitions, random);
      } else if (changes) {
        retarget(group, ++epoch, partitions, random);
      }
      String id = any(clients, random);
      Client client = clients.get(id);
      ConsumerMember member = group.member(id);
      if (client == null || member == null) {
        throw new AssertionError(id);
      }
      Set<LogId> said = client.says(random);
      ConsumerMember next =
          Reconciliation.next(
              member, group.targetEpoch(), group.target(id), each -> group.isFree(each, id), said);
      group.replay(new ConsumerMemberRecord("g", next));
      if (random.nextInt(5) > 0) {
        client.told = next.assigned();
      }
      checkReaders(clients, "seed " + seed + " step " + step);
    }
    Set<LogId> read = new HashSet<>();
    clients.values().forEach(each -> read.addAll(each.reads));
    assertThat(read).as("seed %d: who reads what in the end", seed).hasSize(partitions);
    assertThat(group.state()).isEqualTo(ConsumerGroupState.STABLE);
  }

  private static String any(Map<String, Client> clients, Random random) {
    List<String> ids = new ArrayList<>(clients.keySet());
    return ids.get(random.nextInt(ids.size()));
  }

  private static void retarget(ConsumerGroup group, int epoch, int partitions, Random random) {
    group.replay(new ConsumerGroupRecord("g", epoch, 0));
    List<String> ids = group.members().stream().map(ConsumerMember::id).toList();
    Map<String, Set<LogId>> targets = new LinkedHashMap<>();
    ids.forEach(id -> targets.put(id, new LinkedHashSet<>()));
    for (int index = 0; index < partitions && !ids.isEmpty(); index++) {
      LogId partition = p(index);
      targets.computeIfPresent(
          ids.get(random.nextInt(ids.size())),
          (id, some) -> {
            some.add(partition);
            return some;
          });
    }
    group.targetRecords(epoch, 0, targets).forEach(group::replay);
  }

  /** A client may read what it has been told of, and what it has not given back. */
  private static void checkReaders(Map<String, Client> clients, String when) {
    Map<LogId, String> readers = new HashMap<>();
    clients.forEach(
        (id, client) ->
            client.reads.forEach(
                each ->
                    assertThat(readers.put(each, id)).as("%s: %s of %s", when, each, id).isNull()));
  }
}

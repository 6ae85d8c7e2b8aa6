package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A group's members are the same when the beginning of its records was replaced. */
class ConsumerGroupSnapshotTest {
  private static final UUID TOPIC = new UUID(1, 2);
  private static final int RECORDS = 60;
  private static final int HISTORIES = 200;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void replayingASnapshotAmongLaterRecordsGivesTheSameGroup(long seed) {
    Random random = new Random(seed);
    for (int history = 0; history < HISTORIES; history++) {
      List<StateRecord> records = records(random);
      int cut = random.nextInt(RECORDS);
      int snapshotAt = cut + random.nextInt(RECORDS - cut);

      List<StateRecord> shortened = new ArrayList<>(records.subList(cut, snapshotAt));
      replayed(records.subList(0, snapshotAt)).snapshot(shortened::add);
      shortened.addAll(records.subList(snapshotAt, RECORDS));

      assertThat(state(replayed(shortened)))
          .as("seed %d history %d cut %d snapshot %d", seed, history, cut, snapshotAt)
          .isEqualTo(state(replayed(records)));
    }
  }

  /** Everything that is kept, in an order of its own. */
  private static Map<String, Object> state(Group group) {
    Map<String, Object> state = new TreeMap<>();
    state.put("recorded", String.valueOf(group.recorded()));
    if (group.isConsumer()) {
      ConsumerGroup consumer = group.consumer();
      state.put(
          "epochs", List.of(consumer.epoch(), consumer.targetEpoch(), consumer.fingerprint()));
      for (ConsumerMember member : consumer.members()) {
        state.put("member " + member.id(), member);
        state.put("target " + member.id(), Set.copyOf(consumer.target(member.id())));
      }
    }
    return state;
  }

  private static List<StateRecord> records(Random random) {
    List<StateRecord> records = new ArrayList<>();
    records.add(new ConsumerGroupRecord("g", 1, 5));
    Set<String> members = new LinkedHashSet<>();
    while (records.size() < RECORDS) {
      int at = records.size();
      String id = "m" + random.nextInt(4);
      switch (random.nextInt(16)) {
        case 0 -> {
          records.add(new GroupRecord("g", at, null, null, null, at, List.of()));
          members.clear();
          if (records.size() < RECORDS) {
            records.add(new ConsumerGroupRecord("g", at, at));
          }
        }
        case 1, 2, 3 -> {
          records.add(new ConsumerMemberLeftRecord("g", id));
          members.remove(id);
        }
        case 4, 5 -> records.add(new ConsumerGroupRecord("g", at, at));
        case 6, 7, 8, 9 -> {
          Map<String, Set<LogId>> targets = new LinkedHashMap<>();
          members.forEach(each -> targets.put(each, some(random)));
          records.add(new ConsumerTargetRecord("g", at, random.nextLong(), targets));
        }
        default -> {
          records.add(new ConsumerMemberRecord("g", member(id, random)));
          members.add(id);
        }
      }
    }
    return records;
  }

  private static Set<LogId> some(Random random) {
    Set<LogId> some = new LinkedHashSet<>();
    for (int i = 0; i < random.nextInt(4); i++) {
      some.add(new LogId(TOPIC, random.nextInt(8)));
    }
    return some;
  }

  private static ConsumerMember member(String id, Random random) {
    Interest interest =
        new Interest(
            List.of("b", "a"),
            random.nextBoolean() ? "p.*" : null,
            random.nextBoolean() ? "range" : null);
    return ConsumerMember.joining(id, random.nextBoolean() ? "i" + id : null, interest)
        .said("rack", "client", "host", random.nextInt(1000), interest)
        .moved(
            random.nextInt(9) - 2,
            ConsumerMemberState.of(random.nextInt(3)),
            some(random),
            some(random))
        .speaking(
            random.nextBoolean()
                ? null
                : new ClassicMembership(
                    1 + random.nextInt(9),
                    List.of(new MemberProtocol("range", Opaque.of(new byte[] {1, 2})))));
  }

  /** Through their bytes. */
  private static Group replayed(List<StateRecord> records) {
    Group group = new Group("g", 0);
    for (StateRecord each : records) {
      StateWriter out = new StateWriter();
      each.write(out);
      ByteBuffer bytes = out.view();
      StateRecord record = each.type().reader().read(new StateReader(bytes), each.type().version());
      assertThat(bytes.hasRemaining()).as("%s is read to its end", each).isFalse();
      if (record instanceof GroupRecord classic) {
        group.replay(classic);
      } else if (record instanceof ConsumerGroupRecord epoch) {
        group.replay(epoch);
      } else if (record instanceof ConsumerMemberRecord member) {
        group.replay(member);
      } else if (record instanceof ConsumerMemberLeftRecord left) {
        group.replay(left);
      } else if (record instanceof ConsumerTargetRecord target) {
        group.replay(target);
      }
    }
    return group;
  }
}

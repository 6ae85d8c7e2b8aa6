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

/** A share group's state is the same when the beginning of its records was replaced. */
class ShareGroupSnapshotTest {
  private static final UUID TOPIC = new UUID(1, 2);
  private static final int RECORDS = 60;
  private static final int HISTORIES = 200;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
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

  private static Map<String, Object> state(Group group) {
    Map<String, Object> state = new TreeMap<>();
    state.put("share", group.isShare());
    if (group.isShare()) {
      ShareGroup share = group.share();
      state.put("epochs", List.of(share.epoch(), share.targetEpoch(), share.fingerprint()));
      for (ShareMember member : share.members()) {
        state.put("member " + member.id(), member);
        state.put("target " + member.id(), Set.copyOf(share.target(member.id())));
      }
      for (LogId partition : share.partitions()) {
        state.put("partition " + partition.index(), share.isReady(partition));
      }
    }
    return state;
  }

  private static List<StateRecord> records(Random random) {
    List<StateRecord> records = new ArrayList<>();
    records.add(new ShareGroupRecord("g", 1, 5));
    Set<String> members = new LinkedHashSet<>();
    while (records.size() < RECORDS) {
      int at = records.size();
      String id = "m" + random.nextInt(4);
      switch (random.nextInt(14)) {
        case 0, 1, 2 -> {
          records.add(new ShareMemberLeftRecord("g", id));
          members.remove(id);
        }
        case 3, 4 -> records.add(new ShareGroupRecord("g", at, at));
        case 5, 6, 7 -> {
          Map<String, Set<LogId>> targets = new LinkedHashMap<>();
          members.forEach(each -> targets.put(each, some(random)));
          records.add(new ShareTargetRecord("g", at, random.nextLong(), targets));
        }
        case 8, 9, 10 ->
            records.add(
                new SharePartitionsRecord(
                    "g", SharePartitionsRecord.State.of(random.nextInt(3)), some(random)));
        default -> {
          records.add(
              new ShareMemberRecord(
                  "g",
                  ShareMember.joining(id)
                      .said(
                          random.nextBoolean() ? "rack" : null,
                          "client",
                          "host",
                          ShareMember.interest(Set.of("a", "b")))
                      .told(random.nextInt(9), some(random))));
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

  /** Through their bytes. */
  private static Group replayed(List<StateRecord> records) {
    Group group = new Group("g", 0);
    for (StateRecord each : records) {
      StateWriter out = new StateWriter();
      each.write(out);
      ByteBuffer bytes = out.view();
      StateRecord record = each.type().reader().read(new StateReader(bytes), each.type().version());
      assertThat(bytes.hasRemaining()).as("%s is read to its end", each).isFalse();
      if (record instanceof ShareGroupRecord epoch) {
        group.replay(epoch);
      } else if (record instanceof ShareMemberRecord member) {
        group.replay(member);
      } else if (record instanceof ShareMemberLeftRecord left) {
        group.replay(left);
      } else if (record instanceof ShareTargetRecord target) {
        group.replay(target);
      } else if (record instanceof SharePartitionsRecord partitions) {
        group.replay(partitions);
      }
    }
    return group;
  }
}

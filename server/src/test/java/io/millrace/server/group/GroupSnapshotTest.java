package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The offsets of a group are the same when the beginning of its records was replaced. */
class GroupSnapshotTest {
  private static final UUID TOPIC = new UUID(1, 2);
  private static final int PARTITIONS = 3;
  private static final int PRODUCERS = 4;
  private static final int RECORDS = 40;
  private static final int HISTORIES = 200;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void replayingASnapshotAmongLaterRecordsGivesTheSameOffsets(long seed) {
    Random random = new Random(seed);
    for (int history = 0; history < HISTORIES; history++) {
      List<StateRecord> records = records(random);
      int cut = random.nextInt(RECORDS);
      int snapshotAt = cut + random.nextInt(RECORDS - cut);

      Group before = replayed(records.subList(0, snapshotAt));
      List<StateRecord> shortened = new ArrayList<>(records.subList(cut, snapshotAt));
      before.snapshot(shortened::add);
      shortened.addAll(records.subList(snapshotAt, RECORDS));

      assertThat(outcomes(shortened, random))
          .as("seed %d history %d cut %d snapshot %d", seed, history, cut, snapshotAt)
          .isEqualTo(outcomes(records, random));
    }
  }

  @Test
  void aSnapshotOfManyPendingOffsetsIsSeveralRecords() {
    Group group = new Group("g", 0);
    Map<LogId, CommittedOffset> offsets = new LinkedHashMap<>();
    for (int i = 0; i < 2500; i++) {
      offsets.put(new LogId(TOPIC, i), new CommittedOffset(i, -1, "", 0));
    }
    group.replay(new OffsetsPendingRecord("g", 1, (short) 0, offsets));

    List<StateRecord> snapshot = new ArrayList<>();
    group.snapshot(snapshot::add);

    assertThat(snapshot).hasSize(3);
    Group restored = replayed(snapshot);
    restored.replay(new PendingOffsetsEndedRecord("g", 1, (short) 0, true));
    assertThat(restored.offsets()).isEqualTo(offsets);
  }

  /**
   * What is known, and what is committed in the end, whichever of the producers commit (a bit each)
   * and abort; the order in which they do must not matter.
   */
  private static List<Object> outcomes(List<StateRecord> records, Random random) {
    List<Object> outcomes = new ArrayList<>();
    Group known = replayed(records);
    outcomes.add(Map.copyOf(known.offsets()));
    outcomes.add(Set.copyOf(known.pending().partitions()));
    for (int producer = 0; producer < PRODUCERS; producer++) {
      for (short epoch = 0; epoch < RECORDS; epoch++) {
        outcomes.add(known.pending().isEndedBy(producer, epoch));
      }
    }
    List<Integer> producers = new ArrayList<>(IntStream.range(0, PRODUCERS).boxed().toList());
    for (int committing = 0; committing < (1 << PRODUCERS); committing++) {
      Group ended = replayed(records);
      Collections.shuffle(producers, random);
      for (int producer : producers) {
        boolean commits = ((committing >> producer) & 1) == 1;
        ended.replay(new PendingOffsetsEndedRecord("g", producer, Short.MAX_VALUE, commits));
      }
      assertThat(ended.pending().isEmpty()).isTrue();
      outcomes.add(Map.copyOf(ended.offsets()));
    }
    return outcomes;
  }

  private static List<StateRecord> records(Random random) {
    List<StateRecord> records = new ArrayList<>();
    short[] epochs = new short[PRODUCERS];
    for (int i = 0; i < RECORDS; i++) {
      int producer = random.nextInt(PRODUCERS);
      if (random.nextInt(8) == 0) {
        epochs[producer]++;
      }
      records.add(
          switch (random.nextInt(8)) {
            case 0, 1 -> new OffsetsCommittedRecord("g", some(random, i));
            case 2 -> new OffsetsDeletedRecord("g", List.of(partition(random)));
            case 3, 4 ->
                new PendingOffsetsEndedRecord(
                    "g",
                    producer,
                    (short) (epochs[producer] - random.nextInt(2)),
                    random.nextBoolean());
            default -> new OffsetsPendingRecord("g", producer, epochs[producer], some(random, i));
          });
    }
    return records;
  }

  private static LogId partition(Random random) {
    return new LogId(TOPIC, random.nextInt(PARTITIONS));
  }

  private static Map<LogId, CommittedOffset> some(Random random, int offset) {
    Map<LogId, CommittedOffset> some = new LinkedHashMap<>();
    for (int i = 0; i <= random.nextInt(2); i++) {
      some.put(partition(random), new CommittedOffset(offset, -1, "", offset));
    }
    return some;
  }

  private static Group replayed(List<StateRecord> records) {
    Group group = new Group("g", 0);
    for (StateRecord record : records) {
      if (record instanceof OffsetsCommittedRecord committed) {
        group.replay(committed);
      } else if (record instanceof OffsetsDeletedRecord deleted) {
        group.replay(deleted);
      } else if (record instanceof OffsetsPendingRecord pending) {
        group.replay(pending);
      } else if (record instanceof PendingOffsetsEndedRecord ended) {
        group.replay(ended);
      } else {
        throw new IllegalArgumentException("not of this test: " + record);
      }
    }
    return group;
  }
}

package io.millrace.server.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeliveryCountsTest {
  private static final int OFFSETS = 300;

  private DeliveryCounts counts = new DeliveryCounts();

  private void increment(long first, long last) {
    OffsetSet run = new OffsetSet();
    run.add(first, last);
    counts.increment(run);
  }

  @Test
  void countsLikeAMap() {
    long seed = 11;
    Random random = new Random(seed);
    Map<Long, Integer> model = new HashMap<>();
    for (int step = 0; step < 3_000; step++) {
      long first = random.nextInt(OFFSETS);
      long last = Math.min(OFFSETS - 1, first + random.nextInt(40));
      if (random.nextInt(5) == 0) {
        counts.clear(first, last);
        model.keySet().removeIf(offset -> offset >= first && offset <= last);
      } else {
        increment(first, last);
        for (long offset = first; offset <= last; offset++) {
          model.merge(offset, 1, Integer::sum);
        }
      }
      if (step % 100 == 0) {
        StateWriter bytes = new StateWriter();
        counts.write(bytes);
        counts = DeliveryCounts.read(new StateReader(bytes.view()));
      }
      for (long offset = 0; offset < OFFSETS; offset++) {
        assertThat(counts.get(offset))
            .as("seed %d, step %d, offset %d", seed, step, offset)
            .isEqualTo(model.getOrDefault(offset, 0));
      }
      assertThat(counts.isEmpty()).isEqualTo(model.isEmpty());
    }
  }

  @Test
  void staysAtTheHighestCount() {
    for (int i = 0; i < DeliveryCounts.MAX + 3; i++) {
      increment(7, 7);
    }
    increment(7, 8);
    assertThat(counts.get(7)).isEqualTo(DeliveryCounts.MAX);
    assertThat(counts.get(8)).isEqualTo(1);
    assertThat(counts.upperBound()).isEqualTo(DeliveryCounts.MAX);
  }

  @Test
  void costsLittleForAMillionNeighbours() {
    for (int i = 0; i < 3; i++) {
      increment(0, 999_999);
    }
    StateWriter bytes = new StateWriter();
    counts.write(bytes);
    assertThat(bytes.view().remaining()).isLessThan(1_000);
    assertThat(counts.get(999_999)).isEqualTo(3);
  }

  @Test
  void readsTheListOfVersionOne() {
    StateWriter list = new StateWriter();
    list.putInt(2).putLong(5).putInt(3).putLong(6).putInt(70_000);

    counts = DeliveryCounts.readList(new StateReader(list.view()));

    assertThat(counts.get(5)).isEqualTo(3);
    assertThat(counts.get(6)).isEqualTo(DeliveryCounts.MAX);
    assertThat(counts.get(7)).isZero();
  }
}

package io.millrace.server.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetSetTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 4_294_967_200L, 1L << 40})
  void behavesAsAPlainSetDoes(long base) {
    Random random = new Random(base);
    OffsetSet set = new OffsetSet();
    TreeSet<Long> model = new TreeSet<>();
    for (int step = 0; step < 3_000; step++) {
      long first = base + random.nextInt(200);
      long last = first + random.nextInt(20);
      boolean add = random.nextBoolean();
      if (add) {
        set.add(first, last);
      } else {
        set.remove(first, last);
      }
      for (long offset = first; offset <= last; offset++) {
        if (add) {
          model.add(offset);
        } else {
          model.remove(offset);
        }
      }
      long asked = base + random.nextInt(220);
      Long next = model.ceiling(asked);
      assertThat(set.next(asked)).isEqualTo(next == null ? OffsetSet.NONE : next);
      assertThat(set.contains(asked)).isEqualTo(model.contains(asked));
      assertThat(set.size()).isEqualTo(model.size());
      assertThat(set.isEmpty()).isEqualTo(model.isEmpty());
      assertThat(set.first()).isEqualTo(model.isEmpty() ? OffsetSet.NONE : model.first());
      assertThat(offsetsOf(set)).isEqualTo(new ArrayList<>(model));
    }
  }

  @Test
  void runsAreAsLongAsTheyCanBe() {
    OffsetSet set = new OffsetSet();
    set.add(5, 9);
    set.add(10, 12);
    set.add(14, 14);

    assertThat(OffsetRun.of(set)).containsExactly(new OffsetRun(5, 12), new OffsetRun(14, 14));
    assertThat(set.runEnd(7)).isEqualTo(12);
  }

  @Test
  void aRunMayCrossTheBitmapsBoundary() {
    long boundary = 1L << 32;
    OffsetSet set = new OffsetSet();
    set.add(boundary - 3, boundary + 3);

    assertThat(OffsetRun.of(set)).containsExactly(new OffsetRun(boundary - 3, boundary + 3));
  }

  @Test
  void isReadAsItWasWritten() {
    OffsetSet set = new OffsetSet();
    set.add(3, 70_000);
    set.add(1L << 40);
    StateWriter out = new StateWriter();
    set.write(out);

    assertThat(OffsetRun.of(OffsetSet.read(new StateReader(out.view()))))
        .isEqualTo(OffsetRun.of(set));
  }

  private static List<Long> offsetsOf(OffsetSet set) {
    List<Long> all = new ArrayList<>();
    set.forEachRun(
        (first, last) -> {
          for (long offset = first; offset <= last; offset++) {
            all.add(offset);
          }
        });
    return all;
  }
}

package io.millrace.jms.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.wire.OffsetRange;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OffsetRangesTest {
  @Test
  void joinsNeighboursAndSplitsWhereSomethingIsTakenOut() {
    OffsetRanges ranges = new OffsetRanges();
    for (long offset : new long[] {5, 6, 7, 10, 9, 8, 1}) {
      ranges.add(0, offset);
    }
    assertThat(ranges.toList())
        .containsExactly(new OffsetRange(0, 1, 1), new OffsetRange(0, 5, 10));

    ranges.remove(new OffsetRange(0, 6, 7));

    assertThat(ranges.toList())
        .containsExactly(
            new OffsetRange(0, 1, 1), new OffsetRange(0, 5, 5), new OffsetRange(0, 8, 10));
    assertThat(ranges.contains(0, 9)).isTrue();
    assertThat(ranges.contains(0, 7)).isFalse();
    assertThat(ranges.contains(1, 9)).isFalse();
  }

  @Test
  void findsWhatIsInBothSets() {
    OffsetRanges one = new OffsetRanges();
    one.add(new OffsetRange(0, 1, 5));
    one.add(new OffsetRange(0, 9, 9));
    one.add(new OffsetRange(1, 0, 2));
    OffsetRanges other = new OffsetRanges();
    other.add(new OffsetRange(0, 4, 12));
    other.add(new OffsetRange(2, 0, 2));

    assertThat(one.intersection(other).toList())
        .containsExactly(new OffsetRange(0, 4, 5), new OffsetRange(0, 9, 9));
  }

  @Test
  void agreesWithASetUnderRandomUse() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      OffsetRanges ranges = new OffsetRanges();
      Set<Long> model = new TreeSet<>();
      for (int step = 0; step < 100; step++) {
        long first = random.nextInt(60);
        long last = first + random.nextInt(6);
        OffsetRange range = new OffsetRange(2, first, last);
        boolean add = random.nextBoolean();
        if (add) {
          ranges.add(range);
        } else {
          ranges.remove(range);
        }
        for (long offset = first; offset <= last; offset++) {
          if (add) {
            model.add(offset);
          } else {
            model.remove(offset);
          }
        }
        check(ranges, model, "seed " + seed + " round " + round + " step " + step);
      }
    }
  }

  private static void check(OffsetRanges ranges, Set<Long> model, String where) {
    long count = 0;
    long previousLast = -2;
    for (OffsetRange range : ranges.toList()) {
      assertThat(range.first()).as(where).isGreaterThan(previousLast + 1);
      previousLast = range.last();
      count += range.last() - range.first() + 1;
    }
    assertThat(count).as(where).isEqualTo(model.size());
    for (long offset = 0; offset < 70; offset++) {
      assertThat(ranges.contains(2, offset)).as(where).isEqualTo(model.contains(offset));
    }
    assertThat(ranges.isEmpty()).isEqualTo(model.isEmpty());
  }
}

package io.millrace.log.local.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.AbortedTransaction;
import io.millrace.log.local.format.TransactionSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionTableTest {
  private static final int PRODUCERS = 4;

  private final TransactionTable table = new TransactionTable();

  @Test
  void aTransactionIsUnstableUntilItsMarkerIsDurable() {
    table.begin(7, 10);
    table.begin(7, 11);
    table.begin(8, 12);
    assertThat(table.firstUnstable()).isEqualTo(10);
    assertThat(table.openedAt(7)).isEqualTo(10);

    table.end(7, 15, false);
    assertThat(table.openedAt(7)).isEqualTo(-1);
    table.settle(15, 0);
    assertThat(table.firstUnstable()).isEqualTo(10);
    table.settle(16, 0);
    assertThat(table.firstUnstable()).isEqualTo(12);

    table.end(8, 16, true);
    table.settle(17, 0);
    assertThat(table.firstUnstable()).isEqualTo(TransactionTable.NO_OFFSET);
  }

  @Test
  void aTransactionCountsAsAbortedWhenItsMarkerIsDurable() {
    table.begin(7, 10);
    table.end(7, 12, true);
    assertThat(table.aborted(0, 100)).isEmpty();

    table.settle(13, 0);
    assertThat(table.aborted(12, 13)).containsExactly(new AbortedTransaction(7, 10, 12));
    assertThat(table.aborted(0, 10)).isEmpty();
    assertThat(table.aborted(13, 100)).isEmpty();
  }

  @Test
  void aMarkerThatFindsNoTransactionChangesNothing() {
    table.begin(8, 3);
    table.end(7, 5, true);
    table.settle(6, 0);

    assertThat(table.aborted(0, 100)).isEmpty();
    assertThat(table.firstUnstable()).isEqualTo(3);
  }

  @Test
  void forgetsWhatIsAbortedAndDeletedAtTheNextSnapshot() {
    for (int i = 0; i < 10; i++) {
      table.begin(7, 2L * i);
      table.end(7, 2L * i + 1, true);
    }
    table.settle(20, 20);

    assertThat(table.snapshot(20, 12).aborted())
        .extracting(AbortedTransaction::firstOffset)
        .containsExactly(12L, 14L, 16L, 18L);
    assertThat(table.aborted(0, 20)).hasSize(4);
  }

  /** One transaction as the history below has it. */
  private record Lived(long producerId, long first, long last, boolean aborted) {
    boolean wasOpenAt(long end) {
      return first < end && last >= end;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void knowsWhatWasOpenAndAbortedAtEachOffsetFromTheSyncedOneOn(long seed) {
    Random random = new Random(seed);
    List<Lived> all = new ArrayList<>();
    @Nullable Lived[] open = new Lived[PRODUCERS];
    long durable = 0;
    long synced = 0;
    for (long end = 0; end < 400; end++) {
      int producer = random.nextInt(PRODUCERS);
      @Nullable Lived mine = open[producer];
      if (mine == null) {
        open[producer] = new Lived(producer, end, Long.MAX_VALUE, false);
        table.begin(producer, end);
      } else if (random.nextInt(3) > 0) {
        table.begin(producer, end);
      } else {
        boolean aborted = random.nextBoolean();
        all.add(new Lived(producer, mine.first, end, aborted));
        open[producer] = null;
        table.end(producer, end, aborted);
      }
      durable += random.nextInt((int) (end + 1 - durable) + 1);
      // On a full disk more may be synced than the log knows to be durable.
      synced += random.nextInt((int) (end + 1 - synced) + 1) / 2;
      table.settle(durable, synced);

      List<Lived> now = new ArrayList<>(all);
      for (@Nullable Lived it : open) {
        if (it != null) {
          now.add(it);
        }
      }
      check(now, durable, synced + random.nextInt((int) (end + 2 - synced)), random);
    }
  }

  private void check(List<Lived> all, long durable, long end, Random random) {
    assertThat(table.firstUnstable()).isEqualTo(firstUnstable(all, durable));
    long from = random.nextInt((int) durable + 1);
    long to = from + random.nextInt(50);
    assertThat(table.aborted(from, to)).isEqualTo(aborted(all, durable, from, to));

    TransactionSnapshot snapshot = table.snapshot(end, 0);
    assertThat(snapshot.open())
        .isEqualTo(
            all.stream()
                .filter(it -> it.wasOpenAt(end))
                .sorted(Comparator.comparingLong(Lived::first))
                .map(it -> new TransactionSnapshot.Open(it.producerId, it.first))
                .toList());
    assertThat(snapshot.aborted()).isEqualTo(aborted(all, end, 0, Long.MAX_VALUE));
    TransactionTable restored = new TransactionTable();
    restored.restore(snapshot, end);
    assertThat(restored.firstUnstable())
        .isEqualTo(firstUnstable(all.stream().filter(it -> it.first < end).toList(), end));
    assertThat(restored.aborted(from, to)).isEqualTo(aborted(all, end, from, to));
  }

  private static long firstUnstable(List<Lived> all, long durable) {
    return all.stream()
        .filter(it -> it.last >= durable)
        .mapToLong(Lived::first)
        .min()
        .orElse(TransactionTable.NO_OFFSET);
  }

  private static List<AbortedTransaction> aborted(List<Lived> all, long end, long from, long to) {
    LongPredicate ended = last -> last < end && last >= from;
    return all.stream()
        .filter(it -> it.aborted && ended.test(it.last) && it.first < to)
        .sorted(Comparator.comparingLong(Lived::last))
        .map(it -> new AbortedTransaction(it.producerId, it.first, it.last))
        .toList();
  }
}

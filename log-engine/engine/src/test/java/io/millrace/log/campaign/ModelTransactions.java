package io.millrace.log.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.AbortedTransaction;
import io.millrace.log.Log;
import io.millrace.log.contract.Batches;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The transactions of one log as they must be: each that was ever begun, looked at one by one. */
final class ModelTransactions {
  private static final long OPEN = Long.MAX_VALUE;

  private static final class Transaction {
    final long producerId;
    final long first;
    long last = OPEN;
    boolean aborted;

    Transaction(long producerId, long first) {
      this.producerId = producerId;
      this.first = first;
    }
  }

  private final List<Transaction> all = new ArrayList<>();
  private final Set<Long> producerIds = new TreeSet<>();

  void took(Sent sent) {
    Transaction open = find(sent.producerId());
    switch (sent.kind()) {
      case PLAIN -> {}
      case TRANSACTIONAL -> {
        producerIds.add(sent.producerId());
        if (open == null) {
          all.add(new Transaction(sent.producerId(), sent.base()));
        }
      }
      case COMMIT, ABORT -> {
        if (open != null) {
          open.last = sent.base();
          open.aborted = sent.kind() == Sent.Kind.ABORT;
        }
      }
    }
  }

  private @Nullable Transaction find(long producerId) {
    return all.stream()
        .filter(it -> it.producerId == producerId && it.last == OPEN)
        .findAny()
        .orElse(null);
  }

  /** Where the open transaction of a producer has begun; -1 for none. */
  long openOf(long producerId) {
    Transaction open = find(producerId);
    return open == null ? -1 : open.first;
  }

  /** The log ends at an offset now. */
  void cut(long end) {
    all.removeIf(it -> it.first >= end);
    for (Transaction it : all) {
      if (it.last >= end) {
        it.last = OPEN;
      }
    }
  }

  /** Takes over what a log knows, of which records were lost that nobody could have read. */
  void adopt(Log log) {
    all.clear();
    for (AbortedTransaction it : log.abortedTransactions(log.startOffset(), log.durableOffset())) {
      Transaction ended = new Transaction(it.producerId(), it.firstOffset());
      ended.last = it.lastOffset();
      ended.aborted = true;
      all.add(ended);
    }
    for (long id : producerIds) {
      if (log.openTransaction(id) >= 0) {
        all.add(new Transaction(id, log.openTransaction(id)));
      }
    }
  }

  private @Nullable Transaction transactionOf(Sent sent) {
    return all.stream()
        .filter(
            it ->
                it.producerId == sent.producerId()
                    && it.first <= sent.base()
                    && it.last >= sent.base())
        .findAny()
        .orElse(null);
  }

  /** Whether a batch with data is known not to count. */
  boolean isAborted(Sent sent) {
    Transaction it = sent.kind() == Sent.Kind.TRANSACTIONAL ? transactionOf(sent) : null;
    return it != null && it.aborted;
  }

  /** Whether a batch with data does not count, or not yet. */
  boolean isUndecidedOrAborted(Sent sent, long durable) {
    Transaction it = sent.kind() == Sent.Kind.TRANSACTIONAL ? transactionOf(sent) : null;
    return it != null && (it.aborted || it.last >= durable);
  }

  /** Readers can tell what was aborted of what compaction has left. */
  void checkFound(
      Log log,
      List<Batches.Found> records,
      Set<AbortedTransaction> known,
      LongFunction<Sent> sentAt) {
    long stable = log.stableOffset();
    Set<Long> found = new TreeSet<>();
    records.forEach(it -> found.add(it.offset()));
    for (Batches.Found it : records) {
      Sent sent = sentAt.apply(it.offset());
      Transaction transaction = sent.kind() == Sent.Kind.TRANSACTIONAL ? transactionOf(sent) : null;
      if (transaction == null || transaction.last >= stable) {
        continue;
      }
      assertThat(found)
          .as("%s: marker of the transaction of %s", log.id(), it)
          .contains(transaction.last);
      if (transaction.aborted) {
        assertThat(known)
            .as("%s: aborted transactions, for %s", log.id(), it)
            .contains(
                new AbortedTransaction(
                    transaction.producerId, transaction.first, transaction.last));
      }
    }
    for (AbortedTransaction it : known) {
      assertThat(aborted(0, Long.MAX_VALUE, Long.MAX_VALUE)).contains(it);
    }
  }

  /** Holds what a log says of its open transactions against what it must say. */
  void checkStable(Log log, String when) {
    long start = log.startOffset();
    long durable = log.durableOffset();
    long stable = Math.max(start, Math.min(durable, firstUndecided(durable)));
    assertThat(log.stableOffset())
        .as("stable offset of %s, durable up to %s, %s", log.id(), durable, when)
        .isEqualTo(stable);
    for (long id : producerIds) {
      assertThat(log.openTransaction(id))
          .as("open transaction of producer %s in %s, %s", id, log.id(), when)
          .isEqualTo(openOf(id));
    }
  }

  /** Holds what a log says against what it must say. */
  void check(Log log, String when) {
    checkStable(log, when);
    long start = log.startOffset();
    long durable = log.durableOffset();
    long stable = log.stableOffset();
    assertThat(log.abortedTransactions(start, stable))
        .as("aborted transactions of %s below %s, %s", log.id(), stable, when)
        .isEqualTo(aborted(start, stable, durable));
    long middle = start + (stable - start) / 2;
    assertThat(log.abortedTransactions(middle, middle + 1))
        .as("aborted transactions of %s at %s, %s", log.id(), middle, when)
        .isEqualTo(aborted(middle, middle + 1, durable));
  }

  private long firstUndecided(long durable) {
    return all.stream()
        .filter(it -> it.last >= durable)
        .mapToLong(it -> it.first)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private List<AbortedTransaction> aborted(long from, long to, long durable) {
    return all.stream()
        .filter(it -> it.aborted && it.last < durable && it.last >= from && it.first < to)
        .sorted(Comparator.comparingLong((Transaction it) -> it.last))
        .map(it -> new AbortedTransaction(it.producerId, it.first, it.last))
        .toList();
  }
}

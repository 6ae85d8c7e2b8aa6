package io.millrace.log.local.producer;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.local.format.TransactionSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The Kafka transactions of one log (KIP-98). Guarded by the log.
 *
 * <pre>
 *            marker appended           marker durable             marker synced in the segments
 *  (first) ─► OPEN ───────────► UNDECIDED ───────────► UNSYNCED ───────────► (forgotten)
 *            └──────── unstable ────────┘              └─ aborted: in the list until deleted
 * </pre>
 *
 * <p>An unstable one holds the log's stable offset at its first record. Until its marker is synced
 * a transaction is kept because a snapshot for the manifest describes the log as far as its
 * segments are synced, where it may have been open. That are no more than the journal has markers
 * of, which is bounded.
 */
public final class TransactionTable {
  /** {@link #firstUnstable}: there is none. */
  public static final long NO_OFFSET = Long.MAX_VALUE;

  private static final class Transaction {
    final long producerId;
    final long firstOffset;
    long lastOffset = NO_OFFSET;
    boolean aborted;

    Transaction(long producerId, long firstOffset) {
      this.producerId = producerId;
      this.firstOffset = firstOffset;
    }

    /** Whether it was open, and had begun, when the log ended at an offset. */
    boolean wasOpenAt(long endOffset) {
      return firstOffset < endOffset && lastOffset >= endOffset;
    }

    TransactionSnapshot.Open toOpen() {
      return new TransactionSnapshot.Open(producerId, firstOffset);
    }
  }

  private final Map<Long, Transaction> open = new HashMap<>();

  /** Open or undecided, in the order of their first offsets. */
  private final LinkedHashSet<Transaction> unstable = new LinkedHashSet<>();

  /** In the order of their last offsets, as are the unsynced ones before them. */
  private final ArrayDeque<Transaction> undecided = new ArrayDeque<>(1);

  private final ArrayDeque<Transaction> unsynced = new ArrayDeque<>(1);
  private final AbortedList aborted = new AbortedList();

  TransactionTable() {}

  /** Whether a producer has an open transaction. */
  public boolean isOpen(long producerId) {
    return !open.isEmpty() && open.containsKey(producerId);
  }

  /** The offset of the first record of a producer's open transaction; -1 for none. */
  public long openedAt(long producerId) {
    Transaction transaction = open.get(producerId);
    return transaction == null ? -1 : transaction.firstOffset;
  }

  /**
   * Takes note of a transactional batch that was appended behind all others: the first of a
   * producer opens its transaction, a marker ends it. A marker that finds none open changes
   * nothing.
   *
   * @throws io.millrace.batch.InvalidBatchException a marker of a kind that is not known
   */
  public void add(RecordBatchView batch) {
    if (TransactionMarker.is(batch)) {
      end(batch.producerId(), batch.lastOffset(), !TransactionMarker.isCommit(batch));
    } else {
      begin(batch.producerId(), batch.baseOffset());
    }
  }

  /** A record of a producer's transaction was appended: if none is open, this opens one. */
  public void begin(long producerId, long offset) {
    if (!open.containsKey(producerId)) {
      Transaction begun = new Transaction(producerId, offset);
      open.put(producerId, begun);
      unstable.add(begun);
    }
  }

  /** A marker of a producer was appended. */
  public void end(long producerId, long offset, boolean asAborted) {
    Transaction ending = open.remove(producerId);
    if (ending != null) {
      ending.lastOffset = offset;
      ending.aborted = asAborted;
      undecided.add(ending);
    }
  }

  /**
   * Says how far the log is.
   *
   * @param durableOffset markers below count
   * @param syncedOffset no snapshot is asked for any more of a log that ended below
   */
  public void settle(long durableOffset, long syncedOffset) {
    for (Transaction next = undecided.peek();
        next != null && next.lastOffset < durableOffset;
        next = undecided.peek()) {
      undecided.remove();
      unstable.remove(next);
      unsynced.add(next);
      if (next.aborted) {
        long laterBegin = Math.min(firstUnstable(), next.lastOffset);
        aborted.add(next.producerId, next.firstOffset, next.lastOffset, laterBegin);
      }
    }
    for (Transaction next = unsynced.peek();
        next != null && next.lastOffset < syncedOffset;
        next = unsynced.peek()) {
      unsynced.remove();
    }
  }

  /**
   * The first record of which it is not decided durably whether it counts; {@link #NO_OFFSET} when
   * there is none.
   */
  public long firstUnstable() {
    return unstable.isEmpty() ? NO_OFFSET : unstable.iterator().next().firstOffset;
  }

  /**
   * The transactions known durably to be aborted that have records in a range of offsets, in the
   * order in which they ended.
   */
  public List<AbortedTransaction> aborted(long fromOffset, long toOffset) {
    return aborted.overlapping(fromOffset, toOffset);
  }

  /** Forgets transactions that were aborted, of which compaction has left nothing. */
  public void forget(List<AbortedTransaction> gone) {
    if (!gone.isEmpty()) {
      aborted.remove(gone);
    }
  }

  /**
   * What was known when the log ended at an offset, which is at or above the synced offset of every
   * {@link #settle}.
   *
   * @param startOffset what is aborted and lies wholly below is forgotten
   */
  public TransactionSnapshot snapshot(long endOffset, long startOffset) {
    aborted.removeBelow(startOffset);
    List<TransactionSnapshot.Open> wereOpen = new ArrayList<>();
    List<AbortedTransaction> wereAborted = aborted.endedBelow(endOffset);
    for (Transaction transaction : unsynced) {
      if (transaction.wasOpenAt(endOffset)) {
        wereOpen.add(transaction.toOpen());
      }
    }
    for (Transaction transaction : unstable) {
      if (transaction.wasOpenAt(endOffset)) {
        wereOpen.add(transaction.toOpen());
      }
    }
    // On a full disk a segment may have been synced of which the log does not know it yet.
    for (Transaction transaction : undecided) {
      if (transaction.aborted && transaction.lastOffset < endOffset) {
        wereAborted.add(
            new AbortedTransaction(
                transaction.producerId, transaction.firstOffset, transaction.lastOffset));
      }
    }
    wereOpen.sort(Comparator.comparingLong(TransactionSnapshot.Open::firstOffset));
    return new TransactionSnapshot(wereOpen, wereAborted);
  }

  /** Takes over what a snapshot knows of a log that ended at an offset. The table must be new. */
  public void restore(TransactionSnapshot snapshot, long endOffset) {
    for (TransactionSnapshot.Open begun : snapshot.open()) {
      begin(begun.producerId(), begun.firstOffset());
    }
    aborted.restore(snapshot, endOffset);
  }
}

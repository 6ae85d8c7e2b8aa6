package io.millrace.log.local.producer;

import io.millrace.log.AbortedTransaction;
import io.millrace.log.local.format.TransactionSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The aborted transactions of one log, in the order in which they ended: 32 bytes for each, as long
 * as the log keeps a record that they may have written. Guarded by the log.
 *
 * <p>With each is noted below which offset none begins that ended later. So a search begins at the
 * first that ended in or behind a range, and ends at the first behind which none reaches into it.
 */
final class AbortedList {
  private static final long[] NOTHING = {};
  private static final int INITIAL = 4;

  private static final int FIELDS = 4;
  private static final int PRODUCER = 0;
  private static final int FIRST = 1;
  private static final int LAST = 2;
  private static final int LATER_BEGIN = 3;

  private long[] fields = NOTHING;
  private int from;
  private int to;

  /**
   * Adds one that ended behind all others.
   *
   * @param laterBegin those that are added later begin here or behind
   */
  void add(long producerId, long firstOffset, long lastOffset, long laterBegin) {
    if ((to + 1) * FIELDS > fields.length) {
      makeRoom();
    }
    int at = to * FIELDS;
    fields[at + PRODUCER] = producerId;
    fields[at + FIRST] = firstOffset;
    fields[at + LAST] = lastOffset;
    fields[at + LATER_BEGIN] = laterBegin;
    to++;
  }

  private void makeRoom() {
    int count = to - from;
    int room = Math.max(INITIAL, from > to / 2 ? to : to * 2) * FIELDS;
    long[] next = room == fields.length ? fields : new long[room];
    System.arraycopy(fields, from * FIELDS, next, 0, count * FIELDS);
    fields = next;
    from = 0;
    to = count;
  }

  /** Takes over what a snapshot knows, in place of everything. */
  void restore(TransactionSnapshot snapshot, long endOffset) {
    long laterBegin = endOffset;
    for (TransactionSnapshot.Open open : snapshot.open()) {
      laterBegin = Math.min(laterBegin, open.firstOffset());
    }
    List<AbortedTransaction> all = snapshot.aborted();
    fields = new long[all.size() * FIELDS];
    from = 0;
    to = all.size();
    for (int i = to - 1; i >= 0; i--) {
      AbortedTransaction aborted = all.get(i);
      fields[i * FIELDS + PRODUCER] = aborted.producerId();
      fields[i * FIELDS + FIRST] = aborted.firstOffset();
      fields[i * FIELDS + LAST] = aborted.lastOffset();
      fields[i * FIELDS + LATER_BEGIN] = laterBegin;
      laterBegin = Math.min(laterBegin, aborted.firstOffset());
    }
  }

  /** Forgets those of which no record is left. */
  void removeBelow(long startOffset) {
    from = firstEndedFrom(startOffset);
    if (from == to) {
      fields = NOTHING;
      from = 0;
      to = 0;
    }
  }

  /** Forgets some, whichever are here. */
  void remove(List<AbortedTransaction> gone) {
    Set<AbortedTransaction> leaving = new HashSet<>(gone);
    int kept = from;
    for (int i = from; i < to; i++) {
      if (!leaving.contains(get(i))) {
        System.arraycopy(fields, i * FIELDS, fields, kept * FIELDS, FIELDS);
        kept++;
      }
    }
    to = kept;
    if (from == to) {
      fields = NOTHING;
      from = 0;
      to = 0;
    }
  }

  /** Those with records in a range of offsets. */
  List<AbortedTransaction> overlapping(long fromOffset, long toOffset) {
    List<AbortedTransaction> found = new ArrayList<>();
    for (int i = firstEndedFrom(fromOffset); i < to; i++) {
      if (fields[i * FIELDS + FIRST] < toOffset) {
        found.add(get(i));
      }
      if (fields[i * FIELDS + LATER_BEGIN] >= toOffset) {
        break;
      }
    }
    return found;
  }

  /** Those that ended below an offset. */
  List<AbortedTransaction> endedBelow(long endOffset) {
    List<AbortedTransaction> found = new ArrayList<>();
    int end = firstEndedFrom(endOffset);
    for (int i = from; i < end; i++) {
      found.add(get(i));
    }
    return found;
  }

  private AbortedTransaction get(int index) {
    int at = index * FIELDS;
    return new AbortedTransaction(fields[at + PRODUCER], fields[at + FIRST], fields[at + LAST]);
  }

  /** The index of the first that ended at or behind an offset. */
  private int firstEndedFrom(long offset) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (fields[middle * FIELDS + LAST] < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

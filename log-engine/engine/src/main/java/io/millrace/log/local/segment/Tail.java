package io.millrace.log.local.segment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last batches of one log, in memory: those which are not in a segment yet, and before them
 * some which are, so that readers near the end need no file. Without gaps. Safe for use from any
 * thread; batches are added by one.
 */
public final class Tail {
  private static final int INITIAL = 8;

  private LogBatch[] ring = new LogBatch[INITIAL];
  private int first;
  private int count;

  /** Adds the batch that follows the last one. */
  public synchronized void add(LogBatch batch) {
    if (count == ring.length) {
      LogBatch[] larger = new LogBatch[ring.length * 2];
      for (int i = 0; i < count; i++) {
        larger[i] = at(i);
      }
      ring = larger;
      first = 0;
    }
    ring[(first + count) & (ring.length - 1)] = batch;
    count++;
  }

  /** Forgets a batch, which must be the first. */
  @SuppressWarnings({"ReferenceEquality", "NullAway"})
  public synchronized void evict(LogBatch batch) {
    if (count == 0 || at(0) != batch) {
      return;
    }
    ring[first] = null;
    first = (first + 1) & (ring.length - 1);
    count--;
    if (count == 0 && ring.length > INITIAL) {
      ring = new LogBatch[INITIAL];
      first = 0;
    }
  }

  /** Forgets batches below an offset that can be read from a segment, for that has less of them. */
  @SuppressWarnings("NullAway")
  public synchronized void forgetBelow(long offset) {
    while (count > 0 && at(0).nextOffset() <= offset && at(0).isWritten()) {
      ring[first] = null;
      first = (first + 1) & (ring.length - 1);
      count--;
    }
  }

  /** Forgets everything. */
  public synchronized void clear() {
    ring = new LogBatch[INITIAL];
    first = 0;
    count = 0;
  }

  /**
   * The batches from {@code fromOffset}, which begins one of them, up to {@code limitOffset} and
   * about {@code maxBytes}.
   */
  public synchronized List<LogBatch> collect(long fromOffset, long limitOffset, int maxBytes) {
    List<LogBatch> batches = new ArrayList<>();
    int bytes = 0;
    for (int i = find(fromOffset); i >= 0 && i < count && bytes < maxBytes; i++) {
      LogBatch batch = at(i);
      if (batch.nextOffset() > limitOffset) {
        break;
      }
      batches.add(batch);
      bytes += batch.size();
    }
    return batches;
  }

  /** All batches here whose records are below a limit. */
  public synchronized List<LogBatch> upTo(long limitOffset) {
    return count == 0 ? List.of() : collect(at(0).baseOffset(), limitOffset, Integer.MAX_VALUE);
  }

  /**
   * What {@code Log.read} answers, or null when the batch with {@code offset} is not here.
   *
   * @param limitOffset above {@code offset}
   */
  public synchronized @Nullable MemorySlice read(long offset, int maxBytes, long limitOffset) {
    int from = find(offset);
    if (from < 0) {
      return null;
    }
    int to = from;
    int bytes = 0;
    while (to < count) {
      LogBatch batch = at(to);
      if (batch.nextOffset() > limitOffset || (to > from && bytes + batch.size() > maxBytes)) {
        break;
      }
      bytes += batch.size();
      to++;
    }
    if (to == from) {
      return MemorySlice.EMPTY;
    }
    ByteBuffer[] parts = new ByteBuffer[to - from];
    for (int i = from; i < to; i++) {
      parts[i - from] = at(i).bytes().asReadOnlyBuffer();
    }
    return new MemorySlice(parts, bytes, at(to - 1).nextOffset());
  }

  /** The index of the batch that contains an offset; -1 when there is none. */
  private int find(long offset) {
    if (count == 0 || offset < at(0).baseOffset() || offset >= at(count - 1).nextOffset()) {
      return -1;
    }
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (at(middle).baseOffset() <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private LogBatch at(int index) {
    return ring[(first + index) & (ring.length - 1)];
  }
}

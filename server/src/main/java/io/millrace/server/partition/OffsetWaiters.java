package io.millrace.server.partition;

import io.millrace.kernel.Failures;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Those who wait until the end of what can be read of a partition has passed an offset. Any thread
 * registers and cancels; the partition's shard wakes. Whoever wins the race between waking and
 * cancelling, a callback runs at most once and not after a successful cancel.
 */
final class OffsetWaiters {
  private final int limit;
  private final LongSupplier end;
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet(1);

  /** Counted apart: the size of a concurrent set costs a walk. */
  private final AtomicInteger count = new AtomicInteger();

  private volatile boolean closed;

  /**
   * @param end the high watermark or the last stable offset, as it is now
   */
  OffsetWaiters(int limit, LongSupplier end) {
    this.limit = limit;
    this.end = end;
  }

  private final class Waiting implements OffsetWait {
    private final long offset;
    private final Runnable callback;

    Waiting(long offset, Runnable callback) {
      this.offset = offset;
      this.callback = callback;
    }

    @Override
    public boolean cancel() {
      if (waiting.remove(this)) {
        count.decrementAndGet();
        return true;
      }
      return false;
    }

    void wake() {
      if (cancel()) {
        try {
          callback.run();
        } catch (RuntimeException e) {
          Failures.report("waking a reader", e);
        }
      }
    }
  }

  OffsetWait add(long offset, Runnable callback) {
    if (count.incrementAndGet() > limit) {
      count.decrementAndGet();
      throw new BusyException("more than " + limit + " readers wait for one partition");
    }
    Waiting added = new Waiting(offset, callback);
    waiting.add(added);
    // The offset may have been passed before the set showed the newcomer to the shard.
    if (closed || end.getAsLong() > offset) {
      added.wake();
    }
    return added;
  }

  /** Wakes everyone whose offset lies below. */
  void advance(long newEnd) {
    if (count.get() == 0) {
      return;
    }
    for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
      Waiting next = each.next();
      if (next.offset < newEnd) {
        next.wake();
      }
    }
  }

  /** Wakes everyone, now and from now on at once. */
  void close() {
    closed = true;
    waiting.forEach(Waiting::wake);
  }
}

package io.millrace.server.cursor;

import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** How often messages were delivered, and whether that is enough. The shard's thread. */
final class Attempts {
  /** Greater numbers are told as this. */
  private static final int MAX_TOLD = 0xffff;

  private final DeliveryReach reach;
  private final CursorCounters counters;
  private final IntSupplier limit;

  /**
   * Knows no message yet.
   *
   * @param limit attempts in vain after which a message is spent; 0 or less for none
   */
  Attempts(DeliveryReach reach, CursorCounters counters, IntSupplier limit) {
    this.reach = reach;
    this.counters = counters;
    this.limit = limit;
  }

  /** Whether any message may be spent. */
  boolean mayBeSpent(CursorState state) {
    int most = limit.getAsInt();
    return most > 0 && state.highestCount() >= most;
  }

  /** Whether a message was delivered in vain so often that it goes to the dead letters. */
  boolean isSpent(CursorState state, long offset) {
    int count = state.count(offset);
    if (count == 0) {
      return false;
    }
    int most = limit.getAsInt();
    return most > 0 && count >= most;
  }

  /** The numbers of the deliveries that begin now; null when it is the first one for all. */
  @Nullable ByteBuffer next(CursorState state, long first, int count) {
    if (!state.hasCounts() && !reach.suspects(first)) {
      return null;
    }
    int again = 0;
    ByteBuffer numbers = ByteBuffer.allocate(count * Short.BYTES);
    for (int i = 0; i < count; i++) {
      int before = state.count(first + i);
      if (before == 0 && reach.suspects(first + i)) {
        before = 1;
      }
      again += before > 0 ? 1 : 0;
      numbers.putShort((short) Math.min(before + 1, MAX_TOLD));
    }
    counters.redelivered(again);
    return again == 0 ? null : numbers.flip();
  }
}

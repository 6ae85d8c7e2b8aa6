package io.millrace.server.cursor;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One consumer, as the cursors that serve it know it: its name, its credit, where its messages go.
 * Credit counts for all partitions together. Any thread.
 */
public final class CursorConsumer {
  private final ConsumerKey key;
  private final DeliverySink sink;
  private final AtomicInteger credit = new AtomicInteger();
  private volatile boolean flowing = true;

  public CursorConsumer(ConsumerKey key, DeliverySink sink) {
    this.key = key;
    this.sink = sink;
  }

  public ConsumerKey key() {
    return key;
  }

  DeliverySink sink() {
    return sink;
  }

  /** How many messages may be delivered now. */
  int available() {
    return flowing ? Math.max(0, credit.get()) : 0;
  }

  /** Takes credit for up to {@code wanted} messages. Returns for how many. */
  int take(int wanted) {
    while (flowing) {
      int left = credit.get();
      int taken = Math.min(left, wanted);
      if (taken <= 0) {
        return 0;
      }
      if (credit.compareAndSet(left, left - taken)) {
        return taken;
      }
    }
    return 0;
  }

  /** Gives credit for more messages; the caller then wakes the cursors. Never beyond 2^30. */
  public void addCredit(int messages) {
    credit.updateAndGet(left -> (int) Math.min(1L << 30, (long) left + messages));
  }

  /** Takes all credit back. A delivery that is just being made may still come. */
  public void clearCredit() {
    credit.set(0);
  }

  /**
   * Stops or lets go on deliveries whatever the credit: for a connection that takes no more bytes.
   */
  public void setFlowing(boolean flows) {
    flowing = flows;
  }

  @Override
  public String toString() {
    return "consumer " + key.consumer() + " of " + sink;
  }
}

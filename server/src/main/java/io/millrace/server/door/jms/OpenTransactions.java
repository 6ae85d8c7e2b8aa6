package io.millrace.server.door.jms;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the open transactions of all clients hold together, which their clients have sent
 * ahead of commits that may never come. Any thread.
 */
final class OpenTransactions {
  private final long mostBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  OpenTransactions(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Takes as much as this for a transaction, if there is as much; else nothing changes. */
  boolean tryTake(long bytes) {
    long held;
    do {
      held = heldBytes.get();
      if (bytes > mostBytes - held) {
        return false;
      }
    } while (!heldBytes.compareAndSet(held, held + bytes));
    return true;
  }

  /** A transaction has ended that has taken this. */
  void giveBack(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  long heldBytes() {
    return heldBytes.get();
  }
}

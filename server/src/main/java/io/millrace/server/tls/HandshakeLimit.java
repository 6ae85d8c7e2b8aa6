package io.millrace.server.tls;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many handshakes may be under way: each takes memory for somebody of whom nothing is known
 * yet. Any thread.
 */
final class HandshakeLimit {
  private final int most;
  private final AtomicInteger underWay = new AtomicInteger();

  HandshakeLimit(int most) {
    this.most = most;
  }

  int most() {
    return most;
  }

  /** Whether there was room for one more; if so {@link #end} is owed. */
  boolean begin() {
    return underWay.getAndUpdate(count -> count < most ? count + 1 : count) < most;
  }

  /** One that had begun is over, well or not. */
  void end() {
    underWay.decrementAndGet();
  }
}

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

  /** Begins one, if there may be one more. */
  boolean begin() {
    if (underWay.incrementAndGet() <= most) {
      return true;
    }
    underWay.decrementAndGet();
    return false;
  }

  /** One that had begun is over, well or not. */
  void end() {
    underWay.decrementAndGet();
  }
}

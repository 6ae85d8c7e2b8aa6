package io.millrace.server.net;

import java.net.InetAddress;

/** Whether a new connection is served at once. Any thread. */
@FunctionalInterface
public interface AcceptPolicy {
  /** Everybody is. */
  AcceptPolicy AT_ONCE = address -> 0;

  /**
   * Called once for each connection.
   *
   * @return how long nothing is read from it, in milliseconds, 0 for not at all; negative: it is
   *     closed
   */
  long delayMs(InetAddress address);
}

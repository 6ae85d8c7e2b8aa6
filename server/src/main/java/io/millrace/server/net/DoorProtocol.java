package io.millrace.server.net;

import io.netty.buffer.ByteBuf;

/** A protocol that the listener serves. Implementations are safe for use from any thread. */
public interface DoorProtocol {

  /** What the first bytes of a connection say. */
  enum Claim {
    MINE,
    NOT_MINE,
    NEED_MORE
  }

  /** The protocol's short name, for logs and metrics. */
  String name();

  /**
   * Whether these first bytes are this protocol's.
   *
   * @param firstBytes all that was received so far, at least one byte; to be looked at with the
   *     {@code get} methods only
   */
  Claim claim(ByteBuf firstBytes);

  /**
   * Adds the protocol's handlers to the end of the connection's pipeline. Called once, on the
   * connection's event loop; the bytes seen by {@link #claim} come through the pipeline afterwards.
   */
  void open(Connection connection);
}

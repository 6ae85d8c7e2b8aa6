package io.millrace.jms.link;

import jakarta.jms.JMSException;

/**
 * Hears what became of a sent message. On the I/O thread, which must not be blocked; in the end
 * exactly one of {@link #onSent} and {@link #onFailed}, once.
 */
public interface SendTicket {
  /** Whether the sender waits for it at once. */
  default boolean isAwaited() {
    return false;
  }

  /**
   * The message is in the log, as durable as its delivery mode asks.
   *
   * @param offset its place; negative if the server has forgotten where a message sent twice lies
   */
  void onSent(long offset);

  /**
   * The server takes no messages for now; the message is sent again until it does. May come often.
   *
   * @param reason in the server's words
   */
  default void onDelayed(String reason) {}

  /** The message is not in the log, or whether it is can no longer be found out. */
  void onFailed(JMSException reason);
}

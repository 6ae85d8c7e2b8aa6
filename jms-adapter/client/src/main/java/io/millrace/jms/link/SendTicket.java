package io.millrace.jms.link;

import jakarta.jms.JMSException;

/**
 * Hears what became of a sent message. On the I/O thread, which must not be blocked; exactly one of
 * the two, once.
 */
public interface SendTicket {
  /**
   * The message is in the log, as durable as its delivery mode asks.
   *
   * @param offset its place; negative if the server has forgotten where a message sent twice lies
   */
  void onSent(long offset);

  /** The message is not in the log, or whether it is can no longer be found out. */
  void onFailed(JMSException reason);
}

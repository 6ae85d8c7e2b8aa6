package io.millrace.jms.destination;

import jakarta.jms.JMSException;

/** The connection that a temporary destination lives with. */
public interface TemporaryOwner {
  /**
   * Deletes a destination of this connection.
   *
   * @throws jakarta.jms.IllegalStateException if it still has consumers
   */
  void delete(MillraceDestination destination) throws JMSException;
}

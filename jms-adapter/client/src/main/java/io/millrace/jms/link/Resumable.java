package io.millrace.jms.link;

import jakarta.jms.JMSException;

/**
 * Something that lives on the server and must be set up again on a new socket. Called by the thread
 * that reconnects.
 */
interface Resumable {
  /**
   * Sets it up.
   *
   * @throws JMSException if that failed for now and the whole attempt is to be repeated
   */
  void resume(FreshSocket socket) throws JMSException;
}

package io.millrace.jms.context;

import io.millrace.jms.session.MillraceConnection;
import jakarta.jms.JMSException;

/**
 * A connection that several contexts use; the last one that is closed closes it (Jakarta Messaging
 * 3.1, 6.1.8). Any thread.
 */
final class SharedConnection {
  private final MillraceConnection connection;
  private int contexts;

  SharedConnection(MillraceConnection connection) {
    this.connection = connection;
  }

  MillraceConnection connection() {
    return connection;
  }

  synchronized void acquire() {
    contexts++;
  }

  void release() throws JMSException {
    boolean last;
    synchronized (this) {
      contexts--;
      last = contexts == 0;
    }
    if (last) {
      connection.close();
    }
  }
}

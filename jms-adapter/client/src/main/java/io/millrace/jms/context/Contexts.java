package io.millrace.jms.context;

import io.millrace.jms.session.MillraceConnection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Session;

/** Opens contexts. */
public final class Contexts {
  private Contexts() {}

  /** Opens a connection. */
  @FunctionalInterface
  public interface Opener {
    MillraceConnection open() throws JMSException;
  }

  /**
   * A context with a connection of its own.
   *
   * @throws JMSRuntimeException if no connection can be opened, or the mode does not exist
   */
  public static JMSContext open(Opener opener, int sessionMode) {
    checkMode(sessionMode);
    SharedConnection connection = new SharedConnection(Unchecked.get(opener::open));
    return new MillraceContext(connection, sessionMode);
  }

  static void checkMode(int sessionMode) {
    if (sessionMode < Session.SESSION_TRANSACTED || sessionMode > Session.DUPS_OK_ACKNOWLEDGE) {
      throw new JMSRuntimeException("session mode " + sessionMode + " does not exist");
    }
  }
}

package io.millrace.jms.link;

import io.millrace.jms.wire.ErrorCode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.TransactionRolledBackException;

/** The one translation from the server's errors to the exceptions that Jakarta Messaging names. */
public final class Errors {
  private Errors() {}

  /** The exception for an error of the server; its error code is the name of {@code code}. */
  public static JMSException toException(ErrorCode code, String message) {
    String name = code.name();
    return switch (code) {
      case AUTHENTICATION, AUTHORISATION -> new JMSSecurityException(message, name);
      case CLIENT_ID -> new InvalidClientIDException(message, name);
      case DESTINATION, SUBSCRIPTION -> new InvalidDestinationException(message, name);
      case SELECTOR -> new InvalidSelectorException(message, name);
      case ROLLED_BACK -> new TransactionRolledBackException(message, name);
      case UNAVAILABLE, LIMIT -> new ResourceAllocationException(message, name);
      case DESTINATION_IN_USE -> new IllegalStateException(message, name);
      case PROTOCOL, TOO_LARGE, SUBSCRIPTION_IN_USE, SEQUENCE, INTERNAL ->
          new JMSException(message, name);
    };
  }

  /**
   * A new exception of the same kind for the calling thread, so that its stack trace says who
   * waited.
   */
  public static JMSException again(JMSException cause) {
    JMSException copy;
    if (cause instanceof JMSSecurityException) {
      copy = new JMSSecurityException(cause.getMessage(), cause.getErrorCode());
    } else if (cause instanceof InvalidClientIDException) {
      copy = new InvalidClientIDException(cause.getMessage(), cause.getErrorCode());
    } else if (cause instanceof InvalidDestinationException) {
      copy = new InvalidDestinationException(cause.getMessage(), cause.getErrorCode());
    } else if (cause instanceof InvalidSelectorException) {
      copy = new InvalidSelectorException(cause.getMessage(), cause.getErrorCode());
    } else if (cause instanceof TransactionRolledBackException) {
      copy = new TransactionRolledBackException(cause.getMessage(), cause.getErrorCode());
    } else if (cause instanceof ResourceAllocationException) {
      copy = new ResourceAllocationException(cause.getMessage(), cause.getErrorCode());
    } else if (cause instanceof IllegalStateException) {
      copy = new IllegalStateException(cause.getMessage(), cause.getErrorCode());
    } else {
      copy = new JMSException(cause.getMessage(), cause.getErrorCode());
    }
    copy.initCause(cause);
    copy.setLinkedException(cause);
    return copy;
  }

  /** An exception for a failure below JMS. */
  public static JMSException wrap(String message, Throwable cause) {
    JMSException wrapped = new JMSException(message + ": " + cause.getMessage());
    wrapped.initCause(cause);
    if (cause instanceof Exception exception) {
      wrapped.setLinkedException(exception);
    }
    return wrapped;
  }

  /** For a thread that was interrupted while it waited; its flag is set again. */
  public static JMSException interrupted(String during) {
    Thread.currentThread().interrupt();
    return new JMSException("interrupted while " + during, "INTERRUPTED");
  }

  /** For a call that took longer than the option {@code requestTimeoutMs} allows. */
  public static JMSException timedOut(String during) {
    return new JMSException(
        "time-out while " + during + "; whether it takes place is unknown", "TIMEOUT");
  }

  /**
   * For a send that took longer than the option {@code requestTimeoutMs} allows, because the server
   * takes no messages for now.
   *
   * @param reason in the server's words
   */
  public static JMSException timedOutSending(String reason) {
    return new ResourceAllocationException(
        "time-out while sending: when last asked the server took no messages ("
            + reason
            + "); whether it takes this one later is unknown",
        "TIMEOUT");
  }
}

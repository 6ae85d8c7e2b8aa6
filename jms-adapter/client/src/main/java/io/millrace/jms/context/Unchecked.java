package io.millrace.jms.context;

import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;

/** The one translation from the classic API's exceptions to those of the simplified one. */
final class Unchecked {
  private Unchecked() {}

  /** Something that the classic API does. */
  @FunctionalInterface
  interface Action {
    void run() throws JMSException;
  }

  /** Something that the classic API gives. */
  @FunctionalInterface
  interface Source<T> {
    T get() throws JMSException;
  }

  static void run(Action action) {
    try {
      action.run();
    } catch (JMSException failed) {
      throw of(failed);
    }
  }

  static <T> T get(Source<T> source) {
    try {
      return source.get();
    } catch (JMSException failed) {
      throw of(failed);
    }
  }

  static JMSRuntimeException of(JMSException e) {
    String message = e.getMessage();
    String code = e.getErrorCode();
    if (e instanceof IllegalStateException) {
      return new IllegalStateRuntimeException(message, code, e);
    }
    if (e instanceof InvalidClientIDException) {
      return new InvalidClientIDRuntimeException(message, code, e);
    }
    if (e instanceof InvalidDestinationException) {
      return new InvalidDestinationRuntimeException(message, code, e);
    }
    if (e instanceof InvalidSelectorException) {
      return new InvalidSelectorRuntimeException(message, code, e);
    }
    if (e instanceof JMSSecurityException) {
      return new JMSSecurityRuntimeException(message, code, e);
    }
    if (e instanceof MessageFormatException) {
      return new MessageFormatRuntimeException(message, code, e);
    }
    if (e instanceof MessageNotWriteableException) {
      return new MessageNotWriteableRuntimeException(message, code, e);
    }
    if (e instanceof ResourceAllocationException) {
      return new ResourceAllocationRuntimeException(message, code, e);
    }
    if (e instanceof TransactionInProgressException) {
      return new TransactionInProgressRuntimeException(message, code, e);
    }
    if (e instanceof TransactionRolledBackException) {
      return new TransactionRolledBackRuntimeException(message, code, e);
    }
    return new JMSRuntimeException(message, code, e);
  }
}

package io.millrace.jms.session;

import io.millrace.jms.message.MillraceBytesMessage;
import io.millrace.jms.message.MillraceMapMessage;
import io.millrace.jms.message.MillraceMessage;
import io.millrace.jms.message.MillraceObjectMessage;
import io.millrace.jms.message.MillraceStreamMessage;
import io.millrace.jms.message.MillraceTextMessage;
import io.millrace.jms.message.TrustedClasses;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The part of a session that makes messages, which needs no server. */
abstract class SessionMessages implements Session {
  private final TrustedClasses trusted;

  SessionMessages(TrustedClasses trusted) {
    this.trusted = trusted;
  }

  abstract void checkOpen() throws JMSException;

  TrustedClasses trusted() {
    return trusted;
  }

  /** For what the API may return as null without its types saying so. */
  @SuppressWarnings("NullAway")
  <T> T nullable(@Nullable T value) {
    return value;
  }

  @Override
  public BytesMessage createBytesMessage() throws JMSException {
    checkOpen();
    return new MillraceBytesMessage();
  }

  @Override
  public MapMessage createMapMessage() throws JMSException {
    checkOpen();
    return new MillraceMapMessage();
  }

  @Override
  public Message createMessage() throws JMSException {
    checkOpen();
    return new MillraceMessage();
  }

  @Override
  public ObjectMessage createObjectMessage() throws JMSException {
    checkOpen();
    return new MillraceObjectMessage(trusted);
  }

  @Override
  public ObjectMessage createObjectMessage(@Nullable Serializable object) throws JMSException {
    ObjectMessage message = createObjectMessage();
    message.setObject(object);
    return message;
  }

  @Override
  public StreamMessage createStreamMessage() throws JMSException {
    checkOpen();
    return new MillraceStreamMessage();
  }

  @Override
  public TextMessage createTextMessage() throws JMSException {
    checkOpen();
    return new MillraceTextMessage();
  }

  @Override
  public TextMessage createTextMessage(@Nullable String text) throws JMSException {
    TextMessage message = createTextMessage();
    message.setText(text);
    return message;
  }
}

package io.millrace.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

/** Messages that say in their first bytes which one they are. */
final class Numbered {
  private Numbered() {}

  /**
   * @param body its length is the message's, where that leaves room for the number
   */
  static Message message(Session session, int number, byte[] body) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.writeInt(number);
    message.writeBytes(body, 0, Math.max(0, body.length - Integer.BYTES));
    return message;
  }

  /** Which one it is. */
  static int of(Message message) throws JMSException {
    return ((BytesMessage) message).readInt();
  }
}

package io.millrace.jms.message;

import io.millrace.batch.InvalidBatchException;
import io.millrace.jms.wire.BodyDefault;
import io.millrace.jms.wire.message.BodyType;
import io.millrace.jms.wire.message.MessageDecoder;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** Makes messages out of records, and this provider's out of other providers'. */
public final class Messages {
  private Messages() {}

  /**
   * The message that a record is.
   *
   * @throws InvalidBatchException if the record's headers are malformed
   */
  public static MillraceMessage received(Origin origin, BodyDefault plain, TrustedClasses trusted) {
    BodyType type = MessageDecoder.bodyType(origin.record());
    if (type == null) {
      type = plain == BodyDefault.TEXT ? BodyType.TEXT : BodyType.BYTES;
    }
    return switch (type) {
      case TEXT -> new MillraceTextMessage(origin);
      case BYTES -> new MillraceBytesMessage(origin);
      case MAP -> new MillraceMapMessage(origin);
      case STREAM -> new MillraceStreamMessage(origin);
      case OBJECT -> new MillraceObjectMessage(origin, trusted);
      case NONE -> new MillraceMessage(origin);
    };
  }

  /**
   * The message as one of this provider: itself, or a copy of another provider's (Jakarta Messaging
   * 3.1, 3.12).
   */
  public static MillraceMessage own(Message message, TrustedClasses trusted) throws JMSException {
    if (message instanceof MillraceMessage own) {
      return own;
    }
    MillraceMessage copy = copyBody(message, trusted);
    copy.setJMSCorrelationID(message.getJMSCorrelationID());
    copy.setJMSReplyTo(message.getJMSReplyTo());
    copy.setJMSType(message.getJMSType());
    Enumeration<?> names = message.getPropertyNames();
    while (names.hasMoreElements()) {
      String name = (String) names.nextElement();
      boolean settable = !name.startsWith("JMSX") || name.startsWith("JMSXGroup");
      if (settable) {
        copy.setObjectProperty(name, message.getObjectProperty(name));
      }
    }
    return copy;
  }

  private static MillraceMessage copyBody(Message message, TrustedClasses trusted)
      throws JMSException {
    if (message instanceof TextMessage text) {
      MillraceTextMessage copy = new MillraceTextMessage();
      copy.setText(text.getText());
      return copy;
    }
    if (message instanceof MapMessage map) {
      return copyMap(map);
    }
    if (message instanceof ObjectMessage object) {
      MillraceObjectMessage copy = new MillraceObjectMessage(trusted);
      copy.setObject(object.getObject());
      return copy;
    }
    if (message instanceof BytesMessage bytes) {
      return copyBytes(bytes);
    }
    return message instanceof StreamMessage stream ? copyStream(stream) : new MillraceMessage();
  }

  private static MillraceMessage copyMap(MapMessage map) throws JMSException {
    MillraceMapMessage copy = new MillraceMapMessage();
    Enumeration<?> names = map.getMapNames();
    while (names.hasMoreElements()) {
      String name = (String) names.nextElement();
      copy.setObject(name, map.getObject(name));
    }
    return copy;
  }

  private static MillraceMessage copyBytes(BytesMessage bytes) throws JMSException {
    MillraceBytesMessage copy = new MillraceBytesMessage();
    bytes.reset();
    byte[] part = new byte[8192];
    for (int count = bytes.readBytes(part); count > 0; count = bytes.readBytes(part)) {
      copy.writeBytes(part, 0, count);
    }
    return copy;
  }

  private static MillraceMessage copyStream(StreamMessage stream) throws JMSException {
    MillraceStreamMessage copy = new MillraceStreamMessage();
    stream.reset();
    while (true) {
      Object value = next(stream);
      if (value == END) {
        return copy;
      }
      copy.writeObject(value);
    }
  }

  private static final Object END = new Object();

  private static @Nullable Object next(StreamMessage stream) throws JMSException {
    try {
      return stream.readObject();
    } catch (MessageEOFException end) {
      return END;
    }
  }
}

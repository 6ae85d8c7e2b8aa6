package io.millrace.server.door.admin.message;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.HeaderBuffer;
import io.millrace.jms.wire.Sidecar;
import io.millrace.jms.wire.message.BodyType;
import io.millrace.jms.wire.message.MessageEncoder;
import io.millrace.jms.wire.message.MessageHeaders;
import io.millrace.jms.wire.message.PropertyNames;
import io.millrace.jms.wire.message.RecordHeader;
import io.millrace.server.door.admin.model.Header;
import io.millrace.server.door.admin.model.Property;
import io.millrace.server.door.admin.model.SendMessage;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.door.admin.port.RefusedException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a batch of one record from a message that somebody wants to send. Stateless. */
public final class NewMessages {
  private static final int INITIAL_BYTES = 1024;

  private NewMessages() {}

  /**
   * @param message checked already against its constraints
   * @param nowMs its timestamp
   * @throws RefusedException with {@link Reason#INVALID} when a value does not fit its type
   */
  public static ByteBuffer batch(SendMessage message, long nowMs) {
    BatchBuilder batch = new BatchBuilder(INITIAL_BYTES);
    ByteBuffer body = body(message);
    if ("record".equals(message.kind())) {
      batch.append(nowMs, key(message), body, headers(message.headers()));
    } else {
      MessageEncoder encoder = new MessageEncoder();
      encoder.prepare(type(message), fields(message));
      encoder.append(batch, new Sidecar.Builder(), nowMs, body);
    }
    return batch.take();
  }

  private static @Nullable ByteBuffer body(SendMessage message) {
    String text = message.text();
    if (text != null) {
      return ByteBuffer.wrap(utf8(text));
    }
    String base64 = message.base64();
    return base64 == null ? null : ByteBuffer.wrap(decode("base64", base64));
  }

  private static @Nullable ByteBuffer key(SendMessage message) {
    String key = message.key();
    return key == null ? null : ByteBuffer.wrap(utf8(key));
  }

  private static BodyType type(SendMessage message) {
    if (message.base64() != null) {
      return BodyType.BYTES;
    }
    return message.text() == null ? BodyType.NONE : BodyType.TEXT;
  }

  private static MessageHeaders fields(SendMessage message) {
    MessageHeaders fields = new MessageHeaders();
    fields.setCorrelationId(message.correlationId());
    fields.setReplyTo(message.replyTo());
    fields.setType(message.type());
    fields.setGroupId(message.key());
    Integer priority = message.priority();
    if (priority != null) {
      fields.setPriority(priority);
    }
    List<Property> properties = message.properties();
    if (properties != null) {
      properties.forEach(property -> fields.setProperty(name(property), value(property)));
    }
    return fields;
  }

  private static String name(Property property) {
    if (!PropertyNames.isValid(property.name())) {
      throw new RefusedException(
          Reason.INVALID,
          "properties: '"
              + property.name()
              + "' is no name for a JMS property; use a Java identifier");
    }
    return property.name();
  }

  private static Object value(Property property) {
    String value = property.value();
    try {
      return switch (property.type()) {
        case "boolean" -> truth(value);
        case "byte" -> Byte.valueOf(value);
        case "short" -> Short.valueOf(value);
        case "int" -> Integer.valueOf(value);
        case "long" -> Long.valueOf(value);
        case "float" -> Float.valueOf(value);
        case "double" -> Double.valueOf(value);
        default -> value;
      };
    } catch (NumberFormatException e) {
      throw new RefusedException(
          Reason.INVALID,
          "properties: the value of '" + property.name() + "' is no " + property.type(),
          e);
    }
  }

  private static Boolean truth(String value) {
    if (!value.equals("true") && !value.equals("false")) {
      throw new NumberFormatException("neither true nor false");
    }
    return Boolean.valueOf(value);
  }

  private static HeaderBuffer headers(@Nullable List<Header> given) {
    HeaderBuffer headers = new HeaderBuffer();
    if (given == null) {
      return headers;
    }
    for (Header header : given) {
      if (header.name().startsWith(RecordHeader.PREFIX)) {
        throw new RefusedException(
            Reason.INVALID,
            "headers: names that begin with '"
                + RecordHeader.PREFIX
                + "' are reserved; send a message of kind jms instead");
      }
      String value = header.value();
      headers.add(
          utf8(header.name()),
          value == null ? null : header.binary() ? decode("headers", value) : utf8(value));
    }
    return headers;
  }

  private static byte[] decode(String field, String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Reason.INVALID, field + ": this is not valid Base64", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

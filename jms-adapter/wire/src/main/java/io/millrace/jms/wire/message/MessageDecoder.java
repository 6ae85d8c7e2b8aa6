package io.millrace.jms.wire.message;

import io.millrace.batch.HeaderView;
import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordView;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records to JMS messages: also records that no JMS client wrote, and headers that one wrote
 * wrongly, which are read as far as they make sense. Stateless; any thread.
 */
public final class MessageDecoder {
  private static final byte[] BODY_KEY = RecordHeader.BODY.keyUtf8();
  private static final Map<String, RecordHeader> BY_KEY = new HashMap<>();

  static {
    for (RecordHeader header : RecordHeader.values()) {
      BY_KEY.put(header.key(), header);
    }
  }

  private MessageDecoder() {}

  /**
   * The kind of message, or null for a record that no JMS client wrote.
   *
   * @throws InvalidBatchException if the headers are malformed
   */
  public static @Nullable BodyType bodyType(RecordView record) {
    if (record.headerCount() == 0) {
      return null;
    }
    HeaderView header = new HeaderView().over(record);
    if (header.nextWithKey(BODY_KEY) && header.valueSize() == 1) {
      return BodyType.of(record.buffer().get(header.valuePosition()));
    }
    return null;
  }

  /**
   * Everything but the body. Headers without the prefix {@code jms.} become String properties where
   * their name is a Java identifier and their value UTF-8.
   *
   * @throws InvalidBatchException if the headers are malformed
   */
  public static MessageHeaders headers(RecordView record) {
    MessageHeaders message = new MessageHeaders();
    if (record.headerCount() > 0) {
      HeaderView header = new HeaderView().over(record);
      while (header.next()) {
        String key = header.key();
        if (!key.startsWith(RecordHeader.PREFIX)) {
          foreign(message, key, header.value());
        } else if (key.startsWith(RecordHeader.PROPERTY_PREFIX)) {
          property(message, key, header.value());
        } else {
          RecordHeader known = BY_KEY.get(key);
          ByteBuffer value = header.value();
          if (known != null && value != null) {
            field(message, known, value);
          }
        }
      }
    }
    ByteBuffer key = record.key();
    if (key != null && key.hasRemaining()) {
      message.setGroupId(utf8(key));
    }
    return message;
  }

  /** The text of a value, malformed UTF-8 replaced; null for no value. */
  public static @Nullable String text(RecordView record) {
    ByteBuffer value = record.value();
    return value == null ? null : StandardCharsets.UTF_8.decode(value).toString();
  }

  private static void field(MessageHeaders message, RecordHeader header, ByteBuffer value) {
    if (header == RecordHeader.CORRELATION_ID_BYTES) {
      byte[] bytes = new byte[value.remaining()];
      value.get(bytes);
      message.setCorrelationIdBytes(bytes);
      return;
    }
    String text = utf8(value);
    if (text == null) {
      return;
    }
    switch (header) {
      case MESSAGE_ID -> message.setMessageId(text);
      case CORRELATION_ID -> message.setCorrelationId(text);
      case REPLY_TO -> message.setReplyTo(text);
      case TYPE -> message.setType(text);
      case PRIORITY -> message.setPriority((int) number(text, 9, message.priority()));
      case EXPIRATION -> message.setExpiration(number(text, Long.MAX_VALUE, 0));
      case DELIVERY_TIME -> message.setDeliveryTime(number(text, Long.MAX_VALUE, 0));
      case DELIVERY_MODE -> message.setPersistent(!text.equals(RecordHeader.NON_PERSISTENT));
      case BODY, CORRELATION_ID_BYTES -> {} // read elsewhere
    }
  }

  private static void property(MessageHeaders message, String key, @Nullable ByteBuffer value) {
    int nameAt = RecordHeader.PROPERTY_PREFIX.length() + 2;
    if (key.length() <= nameAt || key.charAt(nameAt - 1) != '.') {
      return;
    }
    PropertyType type = PropertyType.of(key.charAt(nameAt - 2));
    String name = key.substring(nameAt);
    if (type == null) {
      return;
    }
    if (value == null) {
      message.setProperty(name, null);
      return;
    }
    String text = utf8(value);
    if (text != null) {
      message.setProperty(name, type.parse(text));
    }
  }

  private static void foreign(MessageHeaders message, String key, @Nullable ByteBuffer value) {
    if (!PropertyNames.isValid(key) || value == null) {
      return;
    }
    String text = utf8(value);
    if (text != null) {
      message.setProperty(key, text);
    }
  }

  private static long number(String text, long max, long otherwise) {
    try {
      long value = Long.parseLong(text);
      return value < 0 || value > max ? otherwise : value;
    } catch (NumberFormatException notANumber) {
      return otherwise;
    }
  }

  private static @Nullable String utf8(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException malformed) {
      return null;
    }
  }
}

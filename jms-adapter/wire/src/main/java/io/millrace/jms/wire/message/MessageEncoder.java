package io.millrace.jms.wire.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.HeaderBuffer;
import io.millrace.jms.wire.Sidecar;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JMS messages to records. Two steps, so that the headers can be encoded before a lock is taken:
 * {@link #prepare}, then {@link #append}. Reusable; one thread at a time.
 */
public final class MessageEncoder {
  private static final int MAX_CACHED_KEYS = 256;
  private static final Map<RecordHeader, byte[]> KEYS = new EnumMap<>(RecordHeader.class);
  private static final Map<BodyType, byte[]> BODIES = new EnumMap<>(BodyType.class);

  static {
    for (RecordHeader header : RecordHeader.values()) {
      KEYS.put(header, header.keyUtf8());
    }
    for (BodyType type : BodyType.values()) {
      BODIES.put(type, new byte[] {(byte) type.code()});
    }
  }

  private final HeaderBuffer headers = new HeaderBuffer();
  private final Map<String, byte[]> propertyKeys = new HashMap<>();
  private @Nullable ByteBuffer key;
  private int priority;
  private long deliveryTime;
  private long expiration;

  /** Encodes everything but the body. */
  public void prepare(BodyType type, MessageHeaders message) {
    headers.clear();
    headers.add(key(RecordHeader.BODY), body(type));
    addText(RecordHeader.MESSAGE_ID, message.messageId());
    addText(RecordHeader.CORRELATION_ID, message.correlationId());
    byte[] correlationBytes = message.correlationIdBytes();
    if (correlationBytes != null) {
      headers.add(key(RecordHeader.CORRELATION_ID_BYTES), correlationBytes);
    }
    addText(RecordHeader.REPLY_TO, message.replyTo());
    addText(RecordHeader.TYPE, message.type());
    priority = message.priority();
    if (priority != Sidecar.DEFAULT_PRIORITY) {
      addText(RecordHeader.PRIORITY, Integer.toString(priority));
    }
    expiration = message.expiration();
    if (expiration != 0) {
      addText(RecordHeader.EXPIRATION, Long.toString(expiration));
    }
    deliveryTime = message.deliveryTime();
    if (deliveryTime != 0) {
      addText(RecordHeader.DELIVERY_TIME, Long.toString(deliveryTime));
    }
    if (!message.isPersistent()) {
      addText(RecordHeader.DELIVERY_MODE, RecordHeader.NON_PERSISTENT);
    }
    if (!message.properties().isEmpty()) {
      message.properties().forEach(this::addProperty);
    }
    String groupId = message.groupId();
    key = groupId == null ? null : ByteBuffer.wrap(groupId.getBytes(UTF_8));
  }

  /** How large the batch would be with the prepared message and this body, at most, in bytes. */
  public long sizeWith(BatchBuilder batch, @Nullable ByteBuffer body) {
    return batch.sizeWith(
        key == null ? 0 : key.remaining(), body == null ? 0 : body.remaining(), headers);
  }

  /**
   * Appends the prepared message. The body's position does not move.
   *
   * @param timestampMs JMSTimestamp
   * @param body the value; null for a message without body
   * @return the record's place in the batch, from 0
   */
  public int append(
      BatchBuilder batch, Sidecar.Builder sidecar, long timestampMs, @Nullable ByteBuffer body) {
    int index = batch.append(timestampMs, key, body, headers);
    sidecar.add(index, priority, deliveryTime, expiration);
    return index;
  }

  private void addText(RecordHeader header, @Nullable String value) {
    if (value != null) {
      headers.add(key(header), value.getBytes(UTF_8));
    }
  }

  private void addProperty(String name, @Nullable Object value) {
    String keyText = RecordHeader.PROPERTY_PREFIX + PropertyType.of(value).code() + '.' + name;
    byte[] propertyKey = propertyKeys.get(keyText);
    if (propertyKey == null) {
      propertyKey = keyText.getBytes(UTF_8);
      if (propertyKeys.size() < MAX_CACHED_KEYS) {
        propertyKeys.put(keyText, propertyKey);
      }
    }
    headers.add(propertyKey, value == null ? null : value.toString().getBytes(UTF_8));
  }

  private static byte[] key(RecordHeader header) {
    return KEYS.getOrDefault(header, new byte[0]);
  }

  private static byte[] body(BodyType type) {
    return BODIES.getOrDefault(type, new byte[0]);
  }
}

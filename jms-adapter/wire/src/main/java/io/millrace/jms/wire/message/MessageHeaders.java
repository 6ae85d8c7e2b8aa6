package io.millrace.jms.wire.message;

import io.millrace.jms.wire.Sidecar;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a JMS message carries beside its body and what travels in the record's headers and key.
 * Mutable; one thread at a time.
 */
public final class MessageHeaders {
  private @Nullable String messageId;
  private @Nullable String correlationId;
  private byte @Nullable [] correlationIdBytes;
  private @Nullable String replyTo;
  private @Nullable String type;
  private @Nullable String groupId;
  private int priority = Sidecar.DEFAULT_PRIORITY;
  private long expiration;
  private long deliveryTime;
  private boolean persistent = true;
  private Map<String, @Nullable Object> properties = Collections.emptyMap();

  /** JMSMessageID where the record carries one; null where it follows from the record's place. */
  public @Nullable String messageId() {
    return messageId;
  }

  public void setMessageId(@Nullable String messageId) {
    this.messageId = messageId;
  }

  public @Nullable String correlationId() {
    return correlationId;
  }

  public void setCorrelationId(@Nullable String correlationId) {
    this.correlationId = correlationId;
  }

  /** The correlation id as bytes, where the sender set bytes. Not copied. */
  public byte @Nullable [] correlationIdBytes() {
    return correlationIdBytes;
  }

  public void setCorrelationIdBytes(byte @Nullable [] bytes) {
    this.correlationIdBytes = bytes;
  }

  /** {@code queue:NAME} or {@code topic:NAME}; see {@link DestinationName}. */
  public @Nullable String replyTo() {
    return replyTo;
  }

  public void setReplyTo(@Nullable String replyTo) {
    this.replyTo = replyTo;
  }

  /** JMSType. */
  public @Nullable String type() {
    return type;
  }

  public void setType(@Nullable String type) {
    this.type = type;
  }

  /** JMSXGroupID, which travels as the record's key. */
  public @Nullable String groupId() {
    return groupId;
  }

  public void setGroupId(@Nullable String groupId) {
    this.groupId = groupId;
  }

  /** 0 to 9. */
  public int priority() {
    return priority;
  }

  public void setPriority(int priority) {
    this.priority = priority;
  }

  /** Milliseconds since the epoch; 0 for never. */
  public long expiration() {
    return expiration;
  }

  public void setExpiration(long expiration) {
    this.expiration = expiration;
  }

  /** Milliseconds since the epoch; 0 if the message was not delayed. */
  public long deliveryTime() {
    return deliveryTime;
  }

  public void setDeliveryTime(long deliveryTime) {
    this.deliveryTime = deliveryTime;
  }

  public boolean isPersistent() {
    return persistent;
  }

  public void setPersistent(boolean persistent) {
    this.persistent = persistent;
  }

  /**
   * The properties in the order in which they were set: Boolean, Byte, Short, Integer, Long, Float,
   * Double, String or null. Not to be changed through this view.
   */
  public Map<String, @Nullable Object> properties() {
    return properties;
  }

  /** Sets a property to a value of one of the types that {@link #properties} names. */
  public void setProperty(String name, @Nullable Object value) {
    if (properties.isEmpty()) {
      properties = new LinkedHashMap<>();
    }
    properties.put(name, value);
  }

  public void clearProperties() {
    properties = Collections.emptyMap();
  }

  /** A copy that changes apart from this one. */
  public MessageHeaders copy() {
    MessageHeaders copy = new MessageHeaders();
    copy.messageId = messageId;
    copy.correlationId = correlationId;
    copy.correlationIdBytes = correlationIdBytes == null ? null : correlationIdBytes.clone();
    copy.replyTo = replyTo;
    copy.type = type;
    copy.groupId = groupId;
    copy.priority = priority;
    copy.expiration = expiration;
    copy.deliveryTime = deliveryTime;
    copy.persistent = persistent;
    copy.properties = properties.isEmpty() ? properties : new LinkedHashMap<>(properties);
    return copy;
  }
}

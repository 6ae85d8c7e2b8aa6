package io.millrace.jms.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.batch.RecordView;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.wire.message.BodyType;
import io.millrace.jms.wire.message.MessageDecoder;
import io.millrace.jms.wire.message.MessageHeaders;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * A message without body, and what all kinds have in common. A received one decodes its headers and
 * its body when they are first asked for. One thread at a time, as Jakarta Messaging says (2.14).
 */
public class MillraceMessage implements Message {
  private @Nullable MessageHeaders headers;
  private @Nullable Origin origin;
  private @Nullable MillraceDestination destination;
  private @Nullable String messageId;
  private @Nullable Destination replyTo;
  private long timestamp;
  private int deliveryCount;
  private boolean propertiesReadOnly;
  private boolean bodyReadOnly;

  /** A message to be filled and sent. */
  public MillraceMessage() {
    this.headers = new MessageHeaders();
  }

  /** A received message. */
  MillraceMessage(Origin origin) {
    this.origin = origin;
    this.destination = origin.destination();
    this.timestamp = origin.record().timestamp();
    this.deliveryCount = origin.deliveryCount();
    this.propertiesReadOnly = true;
    this.bodyReadOnly = true;
  }

  /** Which kind it is, for the record's header. */
  public BodyType bodyType() {
    return BodyType.NONE;
  }

  /**
   * The body as it goes into the record; null for none. Shares memory with the message.
   *
   * @throws JMSException if the body cannot be encoded
   */
  public @Nullable ByteBuffer encodeBody() throws JMSException {
    return null;
  }

  /** The record of a received message; null for one made here. */
  final @Nullable RecordView record() {
    return origin == null ? null : origin.record();
  }

  /** What travels in the record's headers. */
  public final MessageHeaders headers() {
    MessageHeaders decoded = headers;
    if (decoded == null) {
      RecordView record = record();
      decoded = record == null ? new MessageHeaders() : MessageDecoder.headers(record);
      headers = decoded;
    }
    return decoded;
  }

  final void requireWritableBody() throws MessageNotWriteableException {
    if (bodyReadOnly) {
      throw new MessageNotWriteableException(
          "the body is read-only; clearBody() makes it writable");
    }
  }

  final boolean isBodyReadOnly() {
    return bodyReadOnly;
  }

  final void setBodyReadOnly(boolean readOnly) {
    bodyReadOnly = readOnly;
  }

  /**
   * The session is about to send it: sets what the provider sets, whatever the application had set.
   */
  public final void onSend(
      MillraceDestination to, long nowMs, int mode, int priority, long timeToLive, long delay) {
    MessageHeaders fields = headers();
    destination = to;
    timestamp = nowMs;
    fields.setPersistent(mode != DeliveryMode.NON_PERSISTENT);
    fields.setPriority(priority);
    long deliveryTime = nowMs + delay;
    fields.setDeliveryTime(delay == 0 ? 0 : deliveryTime);
    fields.setExpiration(timeToLive == 0 ? 0 : deliveryTime + timeToLive);
    fields.setReplyTo(replyToText(fields));
    fields.setMessageId(null);
    messageId = null;
  }

  private @Nullable String replyToText(MessageHeaders fields) {
    return replyTo instanceof MillraceDestination own ? own.toText() : fields.replyTo();
  }

  /** Gives it an id of its own, to travel with it. */
  public final void setOwnMessageId(String id) {
    headers().setMessageId(id);
    messageId = id;
  }

  /** The id that follows from its place, known once it was sent. */
  public final void setPlaceMessageId(String id) {
    messageId = id;
  }

  @Override
  public String getJMSMessageID() {
    String id = messageId;
    if (id == null) {
      id = headers().messageId();
      Origin from = origin;
      if (id == null && from != null) {
        id = from.place().messageId(from.record().offset());
      }
      messageId = id;
    }
    return nullable(id);
  }

  @Override
  public void setJMSMessageID(@Nullable String id) {
    messageId = id;
    headers().setMessageId(id);
  }

  @Override
  public long getJMSTimestamp() {
    return timestamp;
  }

  @Override
  public void setJMSTimestamp(long timestamp) {
    this.timestamp = timestamp;
  }

  @Override
  public byte[] getJMSCorrelationIDAsBytes() {
    byte[] bytes = headers().correlationIdBytes();
    if (bytes != null) {
      return bytes.clone();
    }
    String text = headers().correlationId();
    return text == null ? nullable((byte[]) null) : text.getBytes(UTF_8);
  }

  @Override
  public void setJMSCorrelationIDAsBytes(byte @Nullable [] correlationId) {
    headers().setCorrelationIdBytes(correlationId == null ? null : correlationId.clone());
    headers().setCorrelationId(null);
  }

  @Override
  public void setJMSCorrelationID(@Nullable String correlationId) {
    headers().setCorrelationId(correlationId);
    headers().setCorrelationIdBytes(null);
  }

  @Override
  public String getJMSCorrelationID() {
    byte[] bytes = headers().correlationIdBytes();
    return nullable(bytes == null ? headers().correlationId() : new String(bytes, UTF_8));
  }

  @Override
  public Destination getJMSReplyTo() {
    if (replyTo == null) {
      String text = headers().replyTo();
      replyTo = text == null ? null : MillraceDestination.ofText(text);
    }
    return nullable(replyTo);
  }

  @Override
  public void setJMSReplyTo(@Nullable Destination replyTo) throws JMSException {
    this.replyTo = replyTo == null ? null : MillraceDestination.of(replyTo);
    headers().setReplyTo(this.replyTo instanceof MillraceDestination own ? own.toText() : null);
  }

  @Override
  public Destination getJMSDestination() {
    return nullable(destination);
  }

  @Override
  public void setJMSDestination(@Nullable Destination destination) throws JMSException {
    this.destination = destination == null ? null : MillraceDestination.of(destination);
  }

  @Override
  public int getJMSDeliveryMode() {
    return headers().isPersistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
  }

  @Override
  public void setJMSDeliveryMode(int deliveryMode) {
    headers().setPersistent(deliveryMode != DeliveryMode.NON_PERSISTENT);
  }

  @Override
  public boolean getJMSRedelivered() {
    return deliveryCount > 1;
  }

  @Override
  public void setJMSRedelivered(boolean redelivered) {
    deliveryCount = redelivered ? Math.max(2, deliveryCount) : Math.min(1, deliveryCount);
  }

  @Override
  public String getJMSType() {
    return nullable(headers().type());
  }

  @Override
  public void setJMSType(@Nullable String type) {
    headers().setType(type);
  }

  @Override
  public long getJMSExpiration() {
    return headers().expiration();
  }

  @Override
  public void setJMSExpiration(long expiration) {
    headers().setExpiration(expiration);
  }

  @Override
  public long getJMSDeliveryTime() {
    long time = headers().deliveryTime();
    return time == 0 ? timestamp : time;
  }

  @Override
  public void setJMSDeliveryTime(long deliveryTime) {
    headers().setDeliveryTime(deliveryTime);
  }

  @Override
  public int getJMSPriority() {
    return headers().priority();
  }

  @Override
  public void setJMSPriority(int priority) {
    headers().setPriority(priority);
  }

  @Override
  public void clearProperties() {
    headers().clearProperties();
    headers().setGroupId(null);
    propertiesReadOnly = false;
  }

  @Override
  public boolean propertyExists(String name) {
    return properties().exists(name);
  }

  private Properties properties() {
    return new Properties(
        headers(), origin == null ? 0 : deliveryCount, origin != null && origin.replayed());
  }

  @Override
  public boolean getBooleanProperty(String name) throws JMSException {
    return Conversions.toBoolean(properties().get(name));
  }

  @Override
  public byte getByteProperty(String name) throws JMSException {
    return Conversions.toByte(properties().get(name));
  }

  @Override
  public short getShortProperty(String name) throws JMSException {
    return Conversions.toShort(properties().get(name));
  }

  @Override
  public int getIntProperty(String name) throws JMSException {
    return Conversions.toInt(properties().get(name));
  }

  @Override
  public long getLongProperty(String name) throws JMSException {
    return Conversions.toLong(properties().get(name));
  }

  @Override
  public float getFloatProperty(String name) throws JMSException {
    return Conversions.toFloat(properties().get(name));
  }

  @Override
  public double getDoubleProperty(String name) throws JMSException {
    return Conversions.toDouble(properties().get(name));
  }

  @Override
  public String getStringProperty(String name) throws JMSException {
    return nullable(Conversions.toText(properties().get(name)));
  }

  @Override
  public Object getObjectProperty(String name) {
    return nullable(properties().get(name));
  }

  @Override
  public Enumeration<String> getPropertyNames() {
    return Collections.enumeration(properties().names());
  }

  private void setProperty(String name, @Nullable Object value) throws JMSException {
    if (propertiesReadOnly) {
      throw new MessageNotWriteableException(
          "the properties are read-only; clearProperties() makes them writable");
    }
    properties().set(name, value);
  }

  @Override
  public void setBooleanProperty(String name, boolean value) throws JMSException {
    setProperty(name, value);
  }

  @Override
  public void setByteProperty(String name, byte value) throws JMSException {
    setProperty(name, value);
  }

  @Override
  public void setShortProperty(String name, short value) throws JMSException {
    setProperty(name, value);
  }

  @Override
  public void setIntProperty(String name, int value) throws JMSException {
    setProperty(name, value);
  }

  @Override
  public void setLongProperty(String name, long value) throws JMSException {
    setProperty(name, value);
  }

  @Override
  public void setFloatProperty(String name, float value) throws JMSException {
    setProperty(name, value);
  }

  @Override
  public void setDoubleProperty(String name, double value) throws JMSException {
    setProperty(name, value);
  }

  @Override
  public void setStringProperty(String name, @Nullable String value) throws JMSException {
    setProperty(name, value);
  }

  @Override
  public void setObjectProperty(String name, @Nullable Object value) throws JMSException {
    setProperty(name, value);
  }

  @Override
  public void acknowledge() throws JMSException {
    Origin from = origin;
    if (from != null && from.acknowledger() != null) {
      from.acknowledger().acknowledge();
    }
  }

  @Override
  public void clearBody() throws JMSException {
    bodyReadOnly = false;
  }

  @Override
  public <T> T getBody(Class<T> type) throws JMSException {
    Object body = isBodyAssignableTo(type) ? bodyAs(type) : null;
    if (body == null) {
      if (!isBodyAssignableTo(type)) {
        throw new MessageFormatException("the body cannot be read as " + type.getName());
      }
      return nullable((T) null);
    }
    return type.cast(body);
  }

  /** The body as a type that {@link #isBodyAssignableTo} has allowed; null for none. */
  @Nullable Object bodyAs(Class<?> type) throws JMSException {
    return null;
  }

  @Override
  @SuppressWarnings("rawtypes") // as the interface declares it
  public boolean isBodyAssignableTo(Class type) throws JMSException {
    return true;
  }

  /** For what the API may return as null without its types saying so. */
  @SuppressWarnings("NullAway")
  public static <T> T nullable(@Nullable T value) {
    return value;
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + messageId + " to " + destination + "]";
  }
}

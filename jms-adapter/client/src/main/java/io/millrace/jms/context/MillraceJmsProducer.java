package io.millrace.jms.context;

import io.millrace.jms.message.MillraceMessage;
import io.millrace.jms.session.SendOptions;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A producer of the simplified API: settings for each message, and the context's producer. One
 * thread at a time.
 */
final class MillraceJmsProducer implements JMSProducer {
  private final MillraceContext context;
  private final MillraceMessage defaults = new MillraceMessage();
  private final Set<String> set = new HashSet<>();
  private SendOptions options = SendOptions.DEFAULT;
  private boolean messageIdDisabled;
  private boolean timestampDisabled;
  private @Nullable CompletionListener async;
  private @Nullable String type;
  private @Nullable Destination replyTo;
  private @Nullable String correlationId;
  private byte @Nullable [] correlationIdBytes;

  MillraceJmsProducer(MillraceContext context) {
    this.context = context;
  }

  @Override
  public JMSProducer send(Destination destination, Message message) {
    if (message == null) {
      throw new MessageFormatRuntimeException("no message to send");
    }
    Unchecked.run(() -> sendNow(destination, message));
    return this;
  }

  private void sendNow(Destination destination, Message message) throws JMSException {
    for (String name : set) {
      message.setObjectProperty(name, defaults.getObjectProperty(name));
    }
    if (type != null) {
      message.setJMSType(type);
    }
    if (replyTo != null) {
      message.setJMSReplyTo(replyTo);
    }
    if (correlationId != null) {
      message.setJMSCorrelationID(correlationId);
    }
    if (correlationIdBytes != null) {
      message.setJMSCorrelationIDAsBytes(correlationIdBytes);
    }
    MessageProducer producer = context.producer();
    producer.setDisableMessageID(messageIdDisabled);
    producer.setDisableMessageTimestamp(timestampDisabled);
    producer.setDeliveryDelay(options.deliveryDelay());
    int mode = options.deliveryMode();
    if (async == null) {
      producer.send(destination, message, mode, options.priority(), options.timeToLive());
    } else {
      producer.send(destination, message, mode, options.priority(), options.timeToLive(), async);
    }
  }

  @Override
  public JMSProducer send(Destination destination, @Nullable String body) {
    return send(destination, (Message) context.createTextMessage(body));
  }

  @Override
  public JMSProducer send(Destination destination, @Nullable Map<String, Object> body) {
    MapMessage message = context.createMapMessage();
    if (body != null) {
      body.forEach((name, value) -> Unchecked.run(() -> message.setObject(name, value)));
    }
    return send(destination, message);
  }

  @Override
  public JMSProducer send(Destination destination, byte @Nullable [] body) {
    BytesMessage message = context.createBytesMessage();
    if (body != null) {
      Unchecked.run(() -> message.writeBytes(body));
    }
    return send(destination, message);
  }

  @Override
  public JMSProducer send(Destination destination, @Nullable Serializable body) {
    ObjectMessage message = context.createObjectMessage(body);
    return send(destination, message);
  }

  private JMSProducer with(SendOptions changed) {
    Unchecked.run(changed::check);
    options = changed;
    return this;
  }

  @Override
  public JMSProducer setDisableMessageID(boolean value) {
    messageIdDisabled = value;
    return this;
  }

  @Override
  public boolean getDisableMessageID() {
    return messageIdDisabled;
  }

  @Override
  public JMSProducer setDisableMessageTimestamp(boolean value) {
    timestampDisabled = value;
    return this;
  }

  @Override
  public boolean getDisableMessageTimestamp() {
    return timestampDisabled;
  }

  @Override
  public JMSProducer setDeliveryMode(int deliveryMode) {
    return with(
        new SendOptions(
            deliveryMode, options.priority(), options.timeToLive(), options.deliveryDelay()));
  }

  @Override
  public int getDeliveryMode() {
    return options.deliveryMode();
  }

  @Override
  public JMSProducer setPriority(int priority) {
    return with(
        new SendOptions(
            options.deliveryMode(), priority, options.timeToLive(), options.deliveryDelay()));
  }

  @Override
  public int getPriority() {
    return options.priority();
  }

  @Override
  public JMSProducer setTimeToLive(long timeToLive) {
    return with(
        new SendOptions(
            options.deliveryMode(), options.priority(), timeToLive, options.deliveryDelay()));
  }

  @Override
  public long getTimeToLive() {
    return options.timeToLive();
  }

  @Override
  public JMSProducer setDeliveryDelay(long deliveryDelay) {
    return with(
        new SendOptions(
            options.deliveryMode(), options.priority(), options.timeToLive(), deliveryDelay));
  }

  @Override
  public long getDeliveryDelay() {
    return options.deliveryDelay();
  }

  @Override
  public JMSProducer setAsync(@Nullable CompletionListener listener) {
    async = listener;
    return this;
  }

  @Override
  public CompletionListener getAsync() {
    return MillraceMessage.nullable(async);
  }

  private JMSProducer property(String name, Unchecked.Action setter) {
    Unchecked.run(setter);
    set.add(name);
    return this;
  }

  @Override
  public JMSProducer setProperty(String name, boolean value) {
    return property(name, () -> defaults.setBooleanProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, byte value) {
    return property(name, () -> defaults.setByteProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, short value) {
    return property(name, () -> defaults.setShortProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, int value) {
    return property(name, () -> defaults.setIntProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, long value) {
    return property(name, () -> defaults.setLongProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, float value) {
    return property(name, () -> defaults.setFloatProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, double value) {
    return property(name, () -> defaults.setDoubleProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, @Nullable String value) {
    return property(name, () -> defaults.setStringProperty(name, value));
  }

  @Override
  public JMSProducer setProperty(String name, @Nullable Object value) {
    return property(name, () -> defaults.setObjectProperty(name, value));
  }

  @Override
  public JMSProducer clearProperties() {
    defaults.clearProperties();
    set.clear();
    return this;
  }

  @Override
  public boolean propertyExists(String name) {
    return defaults.propertyExists(name);
  }

  @Override
  public boolean getBooleanProperty(String name) {
    return Unchecked.get(() -> defaults.getBooleanProperty(name));
  }

  @Override
  public byte getByteProperty(String name) {
    return Unchecked.get(() -> defaults.getByteProperty(name));
  }

  @Override
  public short getShortProperty(String name) {
    return Unchecked.get(() -> defaults.getShortProperty(name));
  }

  @Override
  public int getIntProperty(String name) {
    return Unchecked.get(() -> defaults.getIntProperty(name));
  }

  @Override
  public long getLongProperty(String name) {
    return Unchecked.get(() -> defaults.getLongProperty(name));
  }

  @Override
  public float getFloatProperty(String name) {
    return Unchecked.get(() -> defaults.getFloatProperty(name));
  }

  @Override
  public double getDoubleProperty(String name) {
    return Unchecked.get(() -> defaults.getDoubleProperty(name));
  }

  @Override
  public String getStringProperty(String name) {
    return Unchecked.get(() -> defaults.getStringProperty(name));
  }

  @Override
  public Object getObjectProperty(String name) {
    return defaults.getObjectProperty(name);
  }

  @Override
  public Set<String> getPropertyNames() {
    return Set.copyOf(set);
  }

  @Override
  public JMSProducer setJMSCorrelationIDAsBytes(byte @Nullable [] correlationId) {
    correlationIdBytes = correlationId == null ? null : correlationId.clone();
    this.correlationId = null;
    return this;
  }

  @Override
  public byte[] getJMSCorrelationIDAsBytes() {
    return MillraceMessage.nullable(correlationIdBytes == null ? null : correlationIdBytes.clone());
  }

  @Override
  public JMSProducer setJMSCorrelationID(@Nullable String correlationId) {
    this.correlationId = correlationId;
    correlationIdBytes = null;
    return this;
  }

  @Override
  public String getJMSCorrelationID() {
    return MillraceMessage.nullable(correlationId);
  }

  @Override
  public JMSProducer setJMSType(@Nullable String type) {
    this.type = type;
    return this;
  }

  @Override
  public String getJMSType() {
    return MillraceMessage.nullable(type);
  }

  @Override
  public JMSProducer setJMSReplyTo(@Nullable Destination replyTo) {
    this.replyTo = replyTo;
    return this;
  }

  @Override
  public Destination getJMSReplyTo() {
    return MillraceMessage.nullable(replyTo);
  }
}

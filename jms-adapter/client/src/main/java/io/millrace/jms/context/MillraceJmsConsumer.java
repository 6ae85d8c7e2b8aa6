package io.millrace.jms.context;

import io.millrace.jms.message.MillraceMessage;
import io.millrace.jms.wire.message.BodyType;
import jakarta.jms.JMSConsumer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageListener;
import org.jspecify.annotations.Nullable;

/** A consumer of the simplified API. */
final class MillraceJmsConsumer implements JMSConsumer {
  private final MessageConsumer consumer;

  MillraceJmsConsumer(MessageConsumer consumer) {
    this.consumer = consumer;
  }

  @Override
  public String getMessageSelector() {
    return Unchecked.get(consumer::getMessageSelector);
  }

  @Override
  public MessageListener getMessageListener() {
    return Unchecked.get(consumer::getMessageListener);
  }

  @Override
  public void setMessageListener(@Nullable MessageListener listener) {
    Unchecked.run(() -> consumer.setMessageListener(listener));
  }

  @Override
  public Message receive() {
    return Unchecked.get(consumer::receive);
  }

  @Override
  public Message receive(long timeoutMs) {
    return Unchecked.get(() -> consumer.receive(timeoutMs));
  }

  @Override
  public Message receiveNoWait() {
    return Unchecked.get(consumer::receiveNoWait);
  }

  @Override
  public void close() {
    Unchecked.run(consumer::close);
  }

  @Override
  public <T> T receiveBody(Class<T> type) {
    return body(receive(), type);
  }

  @Override
  public <T> T receiveBody(Class<T> type, long timeoutMs) {
    return body(receive(timeoutMs), type);
  }

  @Override
  public <T> T receiveBodyNoWait(Class<T> type) {
    return body(receiveNoWait(), type);
  }

  private static boolean isPlain(Message message) {
    return message instanceof MillraceMessage own && own.bodyType() == BodyType.NONE;
  }

  @SuppressWarnings("NullAway") // null where nothing came, as the interface says
  private static <T> T body(@Nullable Message message, Class<T> type) {
    if (message == null) {
      return null;
    }
    T body = Unchecked.get(() -> message.getBody(type));
    if (body == null && isPlain(message)) {
      throw new MessageFormatRuntimeException("the message has no body");
    }
    return body;
  }
}

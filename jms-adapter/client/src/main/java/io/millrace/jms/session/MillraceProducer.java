package io.millrace.jms.session;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.link.RemoteDestination;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import org.jspecify.annotations.Nullable;

/** A producer of a session, for one destination or for any. */
public final class MillraceProducer implements MessageProducer, QueueSender, TopicPublisher {
  private final MillraceSession session;
  private final @Nullable MillraceDestination destination;
  private final @Nullable RemoteDestination resolved;
  private SendOptions options = SendOptions.DEFAULT;
  private boolean messageIdDisabled;
  private boolean timestampDisabled;
  private volatile boolean closed;

  MillraceProducer(
      MillraceSession session,
      @Nullable MillraceDestination destination,
      @Nullable RemoteDestination resolved) {
    this.session = session;
    this.destination = destination;
    this.resolved = resolved;
  }

  private void checkOpen() throws JMSException {
    session.checkOpen();
    if (closed) {
      throw new IllegalStateException("the producer is closed");
    }
  }

  private void send(Message message, SendOptions with, @Nullable CompletionListener listener)
      throws JMSException {
    checkOpen();
    MillraceDestination to = destination;
    RemoteDestination place = resolved;
    if (to == null || place == null) {
      // What the interface's methods for producers without destination say.
      throw new java.lang.UnsupportedOperationException(
          "the producer has no destination of its own");
    }
    session.send(to, place, message, with, !messageIdDisabled, listener);
  }

  private void sendTo(
      @Nullable Destination to,
      Message message,
      SendOptions with,
      @Nullable CompletionListener listener)
      throws JMSException {
    checkOpen();
    if (destination != null) {
      throw new java.lang.UnsupportedOperationException(
          "the producer is for " + destination + " only");
    }
    if (to == null) {
      throw new InvalidDestinationException("no destination to send to");
    }
    MillraceDestination own = MillraceDestination.of(to);
    RemoteDestination place = session.outbox().resolve(own);
    try {
      session.send(own, place, message, with, !messageIdDisabled, listener);
    } finally {
      place.release();
    }
  }

  private static CompletionListener required(@Nullable CompletionListener listener) {
    if (listener == null) {
      throw new IllegalArgumentException("no completion listener");
    }
    return listener;
  }

  @Override
  public void send(Message message) throws JMSException {
    send(message, options, null);
  }

  @Override
  public void send(Message message, int deliveryMode, int priority, long timeToLive)
      throws JMSException {
    send(message, options.with(deliveryMode, priority, timeToLive), null);
  }

  @Override
  public void send(Destination to, Message message) throws JMSException {
    sendTo(to, message, options, null);
  }

  @Override
  public void send(Destination to, Message message, int deliveryMode, int priority, long timeToLive)
      throws JMSException {
    sendTo(to, message, options.with(deliveryMode, priority, timeToLive), null);
  }

  @Override
  public void send(Message message, CompletionListener listener) throws JMSException {
    send(message, options, required(listener));
  }

  @Override
  public void send(
      Message message, int deliveryMode, int priority, long timeToLive, CompletionListener listener)
      throws JMSException {
    send(message, options.with(deliveryMode, priority, timeToLive), required(listener));
  }

  @Override
  public void send(Destination to, Message message, CompletionListener listener)
      throws JMSException {
    sendTo(to, message, options, required(listener));
  }

  @Override
  public void send(
      Destination to,
      Message message,
      int deliveryMode,
      int priority,
      long timeToLive,
      CompletionListener listener)
      throws JMSException {
    sendTo(to, message, options.with(deliveryMode, priority, timeToLive), required(listener));
  }

  @Override
  public void send(Queue queue, Message message) throws JMSException {
    sendTo(queue, message, options, null);
  }

  @Override
  public void send(Queue queue, Message message, int deliveryMode, int priority, long timeToLive)
      throws JMSException {
    sendTo(queue, message, options.with(deliveryMode, priority, timeToLive), null);
  }

  @Override
  public void publish(Message message) throws JMSException {
    send(message);
  }

  @Override
  public void publish(Message message, int deliveryMode, int priority, long timeToLive)
      throws JMSException {
    send(message, deliveryMode, priority, timeToLive);
  }

  @Override
  public void publish(Topic topic, Message message) throws JMSException {
    sendTo(topic, message, options, null);
  }

  @Override
  public void publish(Topic topic, Message message, int deliveryMode, int priority, long timeToLive)
      throws JMSException {
    sendTo(topic, message, options.with(deliveryMode, priority, timeToLive), null);
  }

  @Override
  public void setDisableMessageID(boolean value) throws JMSException {
    checkOpen();
    messageIdDisabled = value;
  }

  @Override
  public boolean getDisableMessageID() throws JMSException {
    checkOpen();
    return messageIdDisabled;
  }

  /** A hint, which costs nothing to ignore: the log keeps a timestamp with every record. */
  @Override
  public void setDisableMessageTimestamp(boolean value) throws JMSException {
    checkOpen();
    timestampDisabled = value;
  }

  @Override
  public boolean getDisableMessageTimestamp() throws JMSException {
    checkOpen();
    return timestampDisabled;
  }

  @Override
  public void setDeliveryMode(int deliveryMode) throws JMSException {
    checkOpen();
    options =
        new SendOptions(
                deliveryMode, options.priority(), options.timeToLive(), options.deliveryDelay())
            .check();
  }

  @Override
  public int getDeliveryMode() throws JMSException {
    checkOpen();
    return options.deliveryMode();
  }

  @Override
  public void setPriority(int priority) throws JMSException {
    checkOpen();
    options =
        new SendOptions(
                options.deliveryMode(), priority, options.timeToLive(), options.deliveryDelay())
            .check();
  }

  @Override
  public int getPriority() throws JMSException {
    checkOpen();
    return options.priority();
  }

  @Override
  public void setTimeToLive(long timeToLive) throws JMSException {
    checkOpen();
    options =
        new SendOptions(
                options.deliveryMode(), options.priority(), timeToLive, options.deliveryDelay())
            .check();
  }

  @Override
  public long getTimeToLive() throws JMSException {
    checkOpen();
    return options.timeToLive();
  }

  @Override
  public void setDeliveryDelay(long deliveryDelay) throws JMSException {
    checkOpen();
    options =
        new SendOptions(
                options.deliveryMode(), options.priority(), options.timeToLive(), deliveryDelay)
            .check();
  }

  @Override
  public long getDeliveryDelay() throws JMSException {
    checkOpen();
    return options.deliveryDelay();
  }

  @Override
  public Destination getDestination() throws JMSException {
    checkOpen();
    return session.nullable(destination);
  }

  @Override
  public Queue getQueue() throws JMSException {
    checkOpen();
    if (destination == null || destination instanceof Queue) {
      return session.nullable((Queue) destination);
    }
    throw new IllegalStateException("the producer is for a topic");
  }

  @Override
  public Topic getTopic() throws JMSException {
    checkOpen();
    if (destination == null || destination instanceof Topic) {
      return session.nullable((Topic) destination);
    }
    throw new IllegalStateException("the producer is for a queue");
  }

  /**
   * Waits until everything the session has sent asynchronously is completed (Jakarta Messaging 3.1,
   * 7.3.5).
   */
  @Override
  public void close() throws JMSException {
    if (closed) {
      return;
    }
    session.checkNotInCompletionListener("close its producer");
    closed = true;
    session.remove(this);
    session.awaitCompletions();
    if (resolved != null) {
      resolved.release();
    }
  }

  void markClosed() {
    closed = true;
  }
}

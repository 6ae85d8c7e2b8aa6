package io.millrace.jms.session;

import io.millrace.batch.InvalidBatchException;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.link.ConsumerSpec;
import io.millrace.jms.link.Delivery;
import io.millrace.jms.link.Errors;
import io.millrace.jms.link.OffsetRanges;
import io.millrace.jms.link.RemoteConsumer;
import io.millrace.jms.message.Messages;
import io.millrace.jms.message.MillraceMessage;
import io.millrace.jms.message.Origin;
import io.millrace.jms.runtime.ClientTime;
import io.millrace.jms.wire.Outcome;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import org.jspecify.annotations.Nullable;

/** A consumer of a session, on a queue or a topic. */
public final class MillraceConsumer implements MessageConsumer, QueueReceiver, TopicSubscriber {
  private final MillraceSession session;
  private final MillraceDestination destination;
  private final RemoteConsumer remote;
  private volatile @Nullable MessageListener listener;
  private volatile boolean closed;
  private boolean reported;

  MillraceConsumer(MillraceSession session, MillraceDestination destination, ConsumerSpec spec)
      throws JMSException {
    this.session = session;
    this.destination = destination;
    this.remote =
        RemoteConsumer.open(session.link(), session.remote(), spec, session.dispatcher()::signal);
  }

  private void checkOpen() throws JMSException {
    session.checkOpen();
    if (closed) {
      throw new IllegalStateException("the consumer is closed");
    }
  }

  MillraceDestination destination() {
    return destination;
  }

  RemoteConsumer remote() {
    return remote;
  }

  @Override
  public String getMessageSelector() throws JMSException {
    checkOpen();
    return session.nullable(remote.spec().selector());
  }

  @Override
  public MessageListener getMessageListener() throws JMSException {
    checkOpen();
    return session.nullable(listener);
  }

  @Override
  public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
    checkOpen();
    this.listener = listener;
    session.onListenerChanged();
  }

  boolean hasListener() {
    return listener != null && !closed;
  }

  @Override
  public Message receive() throws JMSException {
    return receiveUntil(0);
  }

  @Override
  public Message receive(long timeoutMs) throws JMSException {
    return receiveUntil(timeoutMs == 0 ? 0 : ClientTime.deadlineAfterMs(timeoutMs));
  }

  /** The next message of a browser, connection started or not; null behind the last. */
  @Nullable Message browseNext() throws JMSException {
    checkOpen();
    try {
      Delivery next = remote.await(session.link().requestDeadline(), () -> true);
      JMSException reason = next == null ? remote.closedBy() : null;
      if (reason != null) {
        throw Errors.again(reason);
      }
      return next == null ? null : toMessage(next, session);
    } catch (InvalidBatchException malformed) {
      throw Errors.wrap("a message cannot be read", malformed);
    }
  }

  private Message receiveUntil(long deadlineNanos) throws JMSException {
    checkReceiver();
    while (true) {
      Delivery next = await(deadlineNanos);
      if (next == null) {
        return session.nullable((Message) null);
      }
      Message message = take(next);
      if (message != null) {
        return message;
      }
    }
  }

  private @Nullable Delivery await(long deadlineNanos) throws JMSException {
    try {
      Delivery next = remote.await(deadlineNanos, session::isStarted);
      JMSException reason = next == null && !closed ? remote.closedBy() : null;
      if (reason != null) {
        throw Errors.again(reason);
      }
      return next;
    } catch (InvalidBatchException malformed) {
      throw Errors.wrap("a message cannot be read", malformed);
    }
  }

  @Override
  public Message receiveNoWait() throws JMSException {
    checkReceiver();
    if (!session.isStarted()) {
      return session.nullable((Message) null);
    }
    for (boolean asked = false; ; ) {
      Delivery next = remote.poll();
      if (next != null) {
        Message message = take(next);
        if (message != null) {
          return message;
        }
      } else if (asked) {
        return session.nullable((Message) null);
      } else {
        remote.askForMore();
        asked = true;
      }
    }
  }

  private void checkReceiver() throws JMSException {
    checkOpen();
    if (listener != null) {
      throw new IllegalStateException("the consumer has a message listener");
    }
    session.checkNoListenerElsewhere();
  }

  /**
   * The message for the application, acknowledged or kept as the session's mode says; null if it
   * has expired meanwhile.
   */
  private @Nullable Message take(Delivery delivery) throws JMSException {
    MillraceMessage message = toMessage(delivery, session);
    if (isExpired(message, delivery)) {
      return null;
    }
    session.inbox().onReceived(remote, delivery);
    return message;
  }

  private MillraceMessage toMessage(Delivery delivery, MillraceSession to) {
    RemoteConsumer from = remote;
    int partition = delivery.partition();
    Origin origin =
        new Origin(
            delivery.record(),
            destination,
            offset -> from.spec().destination().messageId(partition, offset),
            delivery.deliveryCount(),
            delivery.isReplayed(),
            to.acknowledger());
    return Messages.received(origin, from.spec().destination().bodyDefault(), session.trusted());
  }

  /**
   * Gives a message back that expired while it waited here; the server does with it what is done
   * with expired ones.
   */
  private boolean isExpired(MillraceMessage message, Delivery delivery) {
    // A message with an expiration has another header beside its kind.
    if (delivery.record().headerCount() < 2) {
      return false;
    }
    long expiration = message.getJMSExpiration();
    if (expiration == 0 || expiration > ClientTime.nowMs()) {
      return false;
    }
    OffsetRanges expired = new OffsetRanges();
    expired.add(delivery.partition(), delivery.offset());
    if (remote.spec().mode().isAcknowledged()) {
      remote.settle(Outcome.RETURN, expired);
    }
    return true;
  }

  /**
   * Gives the listener the next message. The session's thread, with the right to deliver.
   *
   * @return false if there is none
   */
  boolean deliverNext() throws JMSException {
    MessageListener target = listener;
    if (closed || target == null) {
      return false;
    }
    Delivery delivery;
    try {
      delivery = remote.poll();
    } catch (InvalidBatchException malformed) {
      throw Errors.wrap("a message cannot be read", malformed);
    }
    if (delivery != null) {
      deliver(delivery, session, target);
    } else {
      reportIfClosedByServer();
    }
    return delivery != null;
  }

  /** A listener would otherwise wait for ever without knowing why. */
  private void reportIfClosedByServer() throws JMSException {
    JMSException reason = remote.closedBy();
    if (reason != null && !reported && !session.link().isEnded()) {
      reported = true;
      throw Errors.again(reason);
    }
  }

  /**
   * Gives a listener a message, which the listener's session acknowledges or keeps as its mode
   * says.
   */
  void deliver(Delivery delivery, MillraceSession to, MessageListener target) throws JMSException {
    MillraceMessage message;
    try {
      message = toMessage(delivery, to);
    } catch (InvalidBatchException malformed) {
      throw Errors.wrap("a message cannot be read", malformed);
    }
    if (isExpired(message, delivery)) {
      return;
    }
    to.inbox().beforeListener(remote, delivery);
    boolean failed = true;
    try {
      target.onMessage(message);
      failed = false;
    } catch (RuntimeException defect) {
      to.onListenerFailed(defect);
    } finally {
      to.inbox().afterListener(failed);
    }
  }

  /** Connection started or stopped: a waiting receiver looks again. */
  void wake() {
    remote.wake();
  }

  @Override
  public void close() throws JMSException {
    if (markClosed()) {
      session.dispatcher().awaitListener();
      session.remove(this);
      remote.close(session.closeDeadline());
    }
  }

  /** Ends receiving and listening, before the session or connection closes it. */
  synchronized boolean markClosed() {
    if (closed) {
      return false;
    }
    closed = true;
    remote.stopWaiting();
    return true;
  }

  /** As part of closing the session. */
  void closeWith(long deadlineNanos) throws JMSException {
    remote.close(deadlineNanos);
  }

  @Override
  public Queue getQueue() throws JMSException {
    checkOpen();
    if (destination instanceof Queue queue) {
      return queue;
    }
    throw new IllegalStateException("the consumer reads a topic");
  }

  @Override
  public Topic getTopic() throws JMSException {
    checkOpen();
    if (destination instanceof Topic topic) {
      return topic;
    }
    throw new IllegalStateException("the consumer reads a queue");
  }

  @Override
  public boolean getNoLocal() throws JMSException {
    checkOpen();
    return remote.spec().noLocal();
  }
}

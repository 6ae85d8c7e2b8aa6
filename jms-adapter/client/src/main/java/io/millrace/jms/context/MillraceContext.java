package io.millrace.jms.context;

import io.millrace.jms.session.MillraceSession;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A context: a connection, shared with the contexts made from it, and a session that is opened when
 * it is first needed, so that a client id can be set before. One thread at a time, but for {@link
 * #close} and {@link #stop}.
 */
final class MillraceContext implements JMSContext {
  private final SharedConnection shared;
  private final int mode;
  private @Nullable MillraceSession session;
  private @Nullable MessageProducer producer;
  private boolean autoStart = true;
  private volatile boolean closed;

  MillraceContext(SharedConnection shared, int mode) {
    this.shared = shared;
    this.mode = mode;
    shared.acquire();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateRuntimeException("the context is closed");
    }
  }

  private synchronized MillraceSession session() throws JMSException {
    checkOpen();
    MillraceSession opened = session;
    if (opened == null) {
      opened = shared.connection().createContextSession(mode);
      session = opened;
    }
    return opened;
  }

  /** The context's one producer, without a destination of its own. */
  synchronized MessageProducer producer() throws JMSException {
    MessageProducer created = producer;
    if (created == null) {
      created = session().createProducer(null);
      producer = created;
    }
    return created;
  }

  @Override
  public JMSContext createContext(int sessionMode) {
    checkOpen();
    Contexts.checkMode(sessionMode);
    return new MillraceContext(shared, sessionMode);
  }

  @Override
  public JMSProducer createProducer() {
    Unchecked.get(this::session);
    return new MillraceJmsProducer(this);
  }

  @Override
  public String getClientID() {
    checkOpen();
    return Unchecked.get(shared.connection()::getClientID);
  }

  @Override
  public void setClientID(String clientId) {
    checkOpen();
    Unchecked.run(() -> shared.connection().setClientID(clientId));
  }

  @Override
  public ConnectionMetaData getMetaData() {
    checkOpen();
    return Unchecked.get(shared.connection()::getMetaData);
  }

  @Override
  public ExceptionListener getExceptionListener() {
    checkOpen();
    return Unchecked.get(shared.connection()::getExceptionListener);
  }

  @Override
  public void setExceptionListener(@Nullable ExceptionListener listener) {
    checkOpen();
    Unchecked.run(() -> shared.connection().setExceptionListener(listener));
  }

  @Override
  public void start() {
    checkOpen();
    Unchecked.run(shared.connection()::start);
  }

  @Override
  public void stop() {
    checkOpen();
    Unchecked.run(shared.connection()::stop);
  }

  @Override
  public void setAutoStart(boolean autoStart) {
    checkOpen();
    this.autoStart = autoStart;
  }

  @Override
  public boolean getAutoStart() {
    checkOpen();
    return autoStart;
  }

  @Override
  public void close() {
    MillraceSession open;
    synchronized (this) {
      if (closed) {
        return;
      }
      open = session;
    }
    Unchecked.run(
        () -> {
          if (open != null) {
            open.close();
          }
          markClosed();
          shared.release();
        });
  }

  private synchronized void markClosed() {
    closed = true;
  }

  @Override
  public BytesMessage createBytesMessage() {
    return Unchecked.get(() -> session().createBytesMessage());
  }

  @Override
  public MapMessage createMapMessage() {
    return Unchecked.get(() -> session().createMapMessage());
  }

  @Override
  public Message createMessage() {
    return Unchecked.get(() -> session().createMessage());
  }

  @Override
  public ObjectMessage createObjectMessage() {
    return Unchecked.get(() -> session().createObjectMessage());
  }

  @Override
  public ObjectMessage createObjectMessage(@Nullable Serializable object) {
    return Unchecked.get(() -> session().createObjectMessage(object));
  }

  @Override
  public StreamMessage createStreamMessage() {
    return Unchecked.get(() -> session().createStreamMessage());
  }

  @Override
  public TextMessage createTextMessage() {
    return Unchecked.get(() -> session().createTextMessage());
  }

  @Override
  public TextMessage createTextMessage(@Nullable String text) {
    return Unchecked.get(() -> session().createTextMessage(text));
  }

  @Override
  public boolean getTransacted() {
    checkOpen();
    return mode == SESSION_TRANSACTED;
  }

  @Override
  public int getSessionMode() {
    checkOpen();
    return mode;
  }

  @Override
  public void commit() {
    Unchecked.run(() -> session().commit());
  }

  @Override
  public void rollback() {
    Unchecked.run(() -> session().rollback());
  }

  @Override
  public void recover() {
    Unchecked.run(() -> session().recover());
  }

  @Override
  public void acknowledge() {
    Unchecked.run(() -> session().acknowledge());
  }

  private JMSConsumer consumer(Unchecked.Source<MessageConsumer> source) {
    MessageConsumer consumer = Unchecked.get(source);
    if (autoStart) {
      start();
    }
    return new MillraceJmsConsumer(consumer);
  }

  @Override
  public JMSConsumer createConsumer(Destination destination) {
    return consumer(() -> session().createConsumer(destination));
  }

  @Override
  public JMSConsumer createConsumer(Destination destination, @Nullable String selector) {
    return consumer(() -> session().createConsumer(destination, selector));
  }

  @Override
  public JMSConsumer createConsumer(
      Destination destination, @Nullable String selector, boolean noLocal) {
    return consumer(() -> session().createConsumer(destination, selector, noLocal));
  }

  @Override
  public JMSConsumer createDurableConsumer(Topic topic, String name) {
    return consumer(() -> session().createDurableConsumer(topic, name));
  }

  @Override
  public JMSConsumer createDurableConsumer(
      Topic topic, String name, @Nullable String selector, boolean noLocal) {
    return consumer(() -> session().createDurableConsumer(topic, name, selector, noLocal));
  }

  @Override
  public JMSConsumer createSharedConsumer(Topic topic, String name) {
    return consumer(() -> session().createSharedConsumer(topic, name));
  }

  @Override
  public JMSConsumer createSharedConsumer(Topic topic, String name, @Nullable String selector) {
    return consumer(() -> session().createSharedConsumer(topic, name, selector));
  }

  @Override
  public JMSConsumer createSharedDurableConsumer(Topic topic, String name) {
    return consumer(() -> session().createSharedDurableConsumer(topic, name));
  }

  @Override
  public JMSConsumer createSharedDurableConsumer(
      Topic topic, String name, @Nullable String selector) {
    return consumer(() -> session().createSharedDurableConsumer(topic, name, selector));
  }

  @Override
  public QueueBrowser createBrowser(Queue queue) {
    return createBrowser(queue, null);
  }

  @Override
  public QueueBrowser createBrowser(Queue queue, @Nullable String selector) {
    QueueBrowser browser = Unchecked.get(() -> session().createBrowser(queue, selector));
    if (autoStart) {
      start();
    }
    return browser;
  }

  @Override
  public Queue createQueue(String name) {
    return Unchecked.get(() -> session().createQueue(name));
  }

  @Override
  public Topic createTopic(String name) {
    return Unchecked.get(() -> session().createTopic(name));
  }

  @Override
  public TemporaryQueue createTemporaryQueue() {
    return Unchecked.get(() -> session().createTemporaryQueue());
  }

  @Override
  public TemporaryTopic createTemporaryTopic() {
    return Unchecked.get(() -> session().createTemporaryTopic());
  }

  @Override
  public void unsubscribe(String name) {
    Unchecked.run(() -> session().unsubscribe(name));
  }
}

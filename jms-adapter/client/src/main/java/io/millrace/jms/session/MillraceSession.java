package io.millrace.jms.session;

import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.destination.MillraceTopic;
import io.millrace.jms.link.ConsumerSpec;
import io.millrace.jms.link.Delivery;
import io.millrace.jms.link.Errors;
import io.millrace.jms.link.RemoteDestination;
import io.millrace.jms.link.RemoteSession;
import io.millrace.jms.link.ServerLink;
import io.millrace.jms.message.Origin;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Unsubscribe;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A session. The application uses it with one thread at a time; {@link #close} and the closing of
 * its consumers may come from any. Its listeners run on the session's own thread.
 */
public final class MillraceSession extends SessionMessages implements QueueSession, TopicSession {
  private static final Logger LOG = System.getLogger("io.millrace.jms");

  private final MillraceConnection connection;
  private final Domain domain;
  private final ServerLink link;
  private final RemoteSession remote;
  private final Dispatcher dispatcher;
  private final Completions completions;
  private final Outbox outbox;
  private final Inbox inbox;
  private final Origin.@Nullable Acknowledger acknowledger;
  private final List<MillraceConsumer> consumers = new CopyOnWriteArrayList<>();
  private final List<MillraceProducer> producers = new CopyOnWriteArrayList<>();
  private volatile boolean inCompletionListener;
  private volatile boolean closed;
  private final java.util.Queue<Loaded> loaded = new ConcurrentLinkedQueue<>();
  private volatile @Nullable MessageListener poolListener;

  /** A message that a connection consumer handed over. */
  private record Loaded(MillraceConsumer consumer, Delivery delivery) {}

  MillraceSession(MillraceConnection connection, Domain domain, int mode) throws JMSException {
    super(connection.trusted());
    this.connection = connection;
    this.domain = domain;
    this.link = connection.link();
    this.remote = RemoteSession.open(link);
    this.dispatcher = new Dispatcher("session", this::work);
    this.completions = new Completions(dispatcher);
    this.outbox = new Outbox(link, remote, completions, connection.trusted());
    this.inbox = new Inbox(link, remote, mode);
    this.acknowledger =
        mode == Session.CLIENT_ACKNOWLEDGE ? this::acknowledge : MillraceSession::nothing;
  }

  /** In the other modes acknowledge() has no effect (Jakarta Messaging 3.1, 6.2.10). */
  private static void nothing() {}

  ServerLink link() {
    return link;
  }

  RemoteSession remote() {
    return remote;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  Outbox outbox() {
    return outbox;
  }

  Inbox inbox() {
    return inbox;
  }

  Origin.@Nullable Acknowledger acknowledger() {
    return acknowledger;
  }

  boolean isStarted() {
    return connection.isStarted() && !closed;
  }

  long closeDeadline() {
    return connection.closeDeadline();
  }

  @Override
  void checkOpen() throws JMSException {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
  }

  // ------------------------------------------------------------------ the session's thread

  /** One round: completion listeners, then message listeners in turn until none has a message. */
  private void work() {
    inCompletionListener = true;
    completions.callListeners();
    inCompletionListener = false;
    boolean delivered = true;
    while (delivered) {
      delivered = false;
      for (MillraceConsumer consumer : consumers) {
        delivered |= deliver(consumer);
      }
      inCompletionListener = true;
      completions.callListeners();
      inCompletionListener = false;
    }
  }

  private boolean deliver(MillraceConsumer consumer) {
    boolean delivered = false;
    ReentrantLock delivering = dispatcher.delivering();
    // A few at a time, so that consumers of one session take turns.
    for (int i = 0; i < 16 && consumer.hasListener(); i++) {
      delivering.lock();
      try {
        if (!isStarted() || !consumer.deliverNext()) {
          return delivered;
        }
        delivered = true;
      } catch (JMSException failed) {
        LOG.log(Level.WARNING, "A message could not be delivered", failed);
        connection.onException(failed);
        return delivered;
      } finally {
        delivering.unlock();
      }
    }
    return delivered;
  }

  void onListenerChanged() {
    dispatcher.start();
    dispatcher.signal();
  }

  void onListenerFailed(RuntimeException defect) {
    LOG.log(Level.WARNING, "A message listener threw an exception", defect);
  }

  void checkNoListenerElsewhere() throws JMSException {
    for (MillraceConsumer consumer : consumers) {
      if (consumer.hasListener() && !dispatcher.isOwnThread()) {
        throw new IllegalStateException("the session delivers to a message listener");
      }
    }
  }

  void checkNotInCompletionListener(String what) throws JMSException {
    if (inCompletionListener && dispatcher.isOwnThread()) {
      throw new IllegalStateException("a completion listener cannot " + what);
    }
  }

  /** Connection started or stopped. */
  void onStartChanged() {
    consumers.forEach(MillraceConsumer::wake);
    dispatcher.signal();
  }

  /** Waits until no listener of this session runs. */
  void awaitListener() {
    dispatcher.awaitListener();
  }

  boolean isOnOwnThread() {
    return dispatcher.isOwnThread();
  }

  // ------------------------------------------------------------------ sending

  void send(
      MillraceDestination to,
      RemoteDestination resolved,
      Message message,
      SendOptions options,
      boolean withId,
      @Nullable CompletionListener listener)
      throws JMSException {
    if (listener != null) {
      dispatcher.start();
    }
    outbox.send(to, resolved, message, options, withId, inbox.transaction(), listener);
  }

  void awaitCompletions() throws JMSException {
    completions.await(closeDeadline());
  }

  @Override
  public MessageProducer createProducer(@Nullable Destination destination) throws JMSException {
    return producer(destination);
  }

  private MillraceProducer producer(@Nullable Destination destination) throws JMSException {
    checkOpen();
    MillraceDestination own = destination == null ? null : MillraceDestination.of(destination);
    RemoteDestination resolved = own == null ? null : outbox.resolve(own);
    MillraceProducer producer = new MillraceProducer(this, own, resolved);
    producers.add(producer);
    return producer;
  }

  void remove(MillraceProducer producer) {
    producers.remove(producer);
  }

  @Override
  public QueueSender createSender(@Nullable Queue queue) throws JMSException {
    return producer(queue);
  }

  @Override
  public TopicPublisher createPublisher(@Nullable Topic topic) throws JMSException {
    return producer(topic);
  }

  // ------------------------------------------------------------------ consuming

  @Override
  public MessageConsumer createConsumer(Destination destination) throws JMSException {
    return createConsumer(destination, null, false);
  }

  @Override
  public MessageConsumer createConsumer(Destination destination, @Nullable String selector)
      throws JMSException {
    return createConsumer(destination, selector, false);
  }

  @Override
  public MessageConsumer createConsumer(
      Destination destination, @Nullable String selector, boolean noLocal) throws JMSException {
    MillraceDestination own = MillraceDestination.of(destination);
    ConsumerMode mode = own instanceof Queue ? ConsumerMode.QUEUE : ConsumerMode.NON_DURABLE;
    return consumer(own, mode, null, selector, noLocal && own instanceof Topic);
  }

  private MillraceConsumer consumer(
      MillraceDestination destination,
      ConsumerMode mode,
      @Nullable String subscription,
      @Nullable String selector,
      boolean noLocal)
      throws JMSException {
    checkOpen();
    if (destination.isTemporary() && !connection.owns(destination)) {
      throw new InvalidDestinationException(
          "only the connection that created " + destination + " may consume from it");
    }
    String effective = selector == null || selector.isBlank() ? null : selector;
    RemoteDestination resolved = outbox.resolve(destination);
    MillraceConsumer consumer;
    try {
      consumer =
          new MillraceConsumer(
              this,
              destination,
              new ConsumerSpec(resolved, mode, subscription, effective, noLocal));
    } catch (JMSException refused) {
      resolved.release();
      throw refused;
    }
    consumers.add(consumer);
    return consumer;
  }

  void remove(MillraceConsumer consumer) {
    consumers.remove(consumer);
  }

  @Override
  public QueueReceiver createReceiver(Queue queue) throws JMSException {
    return createReceiver(queue, null);
  }

  @Override
  public QueueReceiver createReceiver(Queue queue, @Nullable String selector) throws JMSException {
    return consumer(MillraceDestination.of(queue), ConsumerMode.QUEUE, null, selector, false);
  }

  @Override
  public TopicSubscriber createSubscriber(Topic topic) throws JMSException {
    return createSubscriber(topic, null, false);
  }

  @Override
  public TopicSubscriber createSubscriber(Topic topic, @Nullable String selector, boolean noLocal)
      throws JMSException {
    MillraceDestination own = MillraceDestination.of(topic);
    return consumer(own, ConsumerMode.NON_DURABLE, null, selector, noLocal);
  }

  @Override
  public TopicSubscriber createDurableSubscriber(Topic topic, String name) throws JMSException {
    return createDurableSubscriber(topic, name, null, false);
  }

  @Override
  public TopicSubscriber createDurableSubscriber(
      Topic topic, String name, @Nullable String selector, boolean noLocal) throws JMSException {
    domain.requireTopics("createDurableSubscriber");
    return subscription(topic, ConsumerMode.DURABLE, name, selector, noLocal);
  }

  @Override
  public MessageConsumer createDurableConsumer(Topic topic, String name) throws JMSException {
    return createDurableConsumer(topic, name, null, false);
  }

  @Override
  public MessageConsumer createDurableConsumer(
      Topic topic, String name, @Nullable String selector, boolean noLocal) throws JMSException {
    domain.requireTopics("createDurableConsumer");
    return subscription(topic, ConsumerMode.DURABLE, name, selector, noLocal);
  }

  @Override
  public MessageConsumer createSharedConsumer(Topic topic, String name) throws JMSException {
    return createSharedConsumer(topic, name, null);
  }

  @Override
  public MessageConsumer createSharedConsumer(Topic topic, String name, @Nullable String selector)
      throws JMSException {
    domain.requireTopics("createSharedConsumer");
    return subscription(topic, ConsumerMode.SHARED_NON_DURABLE, name, selector, false);
  }

  @Override
  public MessageConsumer createSharedDurableConsumer(Topic topic, String name) throws JMSException {
    return createSharedDurableConsumer(topic, name, null);
  }

  @Override
  public MessageConsumer createSharedDurableConsumer(
      Topic topic, String name, @Nullable String selector) throws JMSException {
    domain.requireTopics("createSharedDurableConsumer");
    return subscription(topic, ConsumerMode.SHARED_DURABLE, name, selector, false);
  }

  private MillraceConsumer subscription(
      Topic topic, ConsumerMode mode, String name, @Nullable String selector, boolean noLocal)
      throws JMSException {
    checkOpen();
    MillraceDestination own = MillraceDestination.of(topic);
    boolean durable = mode == ConsumerMode.DURABLE || mode == ConsumerMode.SHARED_DURABLE;
    if (durable && own.isTemporary()) {
      throw new InvalidDestinationException("a temporary topic has no durable subscriptions");
    }
    if (name == null || name.isEmpty()) {
      throw new JMSException("a subscription needs a name");
    }
    if (mode == ConsumerMode.DURABLE && connection.clientId() == null) {
      throw new IllegalStateException("a durable subscription needs a client id, or to be shared");
    }
    return consumer(own, mode, name, selector, noLocal);
  }

  @Override
  public QueueBrowser createBrowser(Queue queue) throws JMSException {
    return createBrowser(queue, null);
  }

  @Override
  public QueueBrowser createBrowser(Queue queue, @Nullable String selector) throws JMSException {
    domain.requireQueues("createBrowser");
    checkOpen();
    MillraceDestination own = MillraceDestination.of(queue);
    String effective = selector == null || selector.isBlank() ? null : selector;
    return new MillraceBrowser(this, own, effective);
  }

  // ------------------------------------------------------------------ destinations

  @Override
  public Queue createQueue(String name) throws JMSException {
    domain.requireQueues("createQueue");
    checkOpen();
    checkName(name);
    return new MillraceQueue(name);
  }

  @Override
  public Topic createTopic(String name) throws JMSException {
    domain.requireTopics("createTopic");
    checkOpen();
    checkName(name);
    return new MillraceTopic(name);
  }

  private static void checkName(String name) throws JMSException {
    if (name == null || name.isEmpty()) {
      throw new InvalidDestinationException("a destination needs a name");
    }
  }

  @Override
  public TemporaryQueue createTemporaryQueue() throws JMSException {
    domain.requireQueues("createTemporaryQueue");
    checkOpen();
    return connection.createTemporaryQueue();
  }

  @Override
  public TemporaryTopic createTemporaryTopic() throws JMSException {
    domain.requireTopics("createTemporaryTopic");
    checkOpen();
    return connection.createTemporaryTopic();
  }

  @Override
  public void unsubscribe(String name) throws JMSException {
    domain.requireTopics("unsubscribe");
    checkOpen();
    if (name == null || name.isEmpty()) {
      throw new InvalidDestinationException("a subscription needs a name");
    }
    link.requestOnce(id -> new Unsubscribe(id, name), ErrorCode.SUBSCRIPTION);
  }

  // ------------------------------------------------------------------ acknowledgement and
  // transactions

  @Override
  public boolean getTransacted() throws JMSException {
    checkOpen();
    return inbox.isTransacted();
  }

  @Override
  public int getAcknowledgeMode() throws JMSException {
    checkOpen();
    return inbox.mode();
  }

  @Override
  public void commit() throws JMSException {
    checkOpen();
    checkNotInCompletionListener("commit its session");
    awaitCompletionsUnlessOwnThread();
    inbox.commit();
  }

  @Override
  public void rollback() throws JMSException {
    checkOpen();
    checkNotInCompletionListener("roll its session back");
    awaitCompletionsUnlessOwnThread();
    inbox.rollback();
  }

  private void awaitCompletionsUnlessOwnThread() throws JMSException {
    if (!dispatcher.isOwnThread()) {
      completions.await(link.requestDeadline());
    }
  }

  @Override
  public void recover() throws JMSException {
    checkOpen();
    inbox.recover();
  }

  /**
   * Acknowledges everything consumed, for {@code Message.acknowledge} and {@code
   * JMSContext.acknowledge}.
   */
  public void acknowledge() throws JMSException {
    checkOpen();
    inbox.acknowledge();
  }

  // ------------------------------------------------------------------ server session pools

  @Override
  public MessageListener getMessageListener() throws JMSException {
    checkOpen();
    return nullable(poolListener);
  }

  @Override
  public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
    checkOpen();
    poolListener = listener;
  }

  /** A connection consumer hands messages over, for {@link #run}. */
  void load(MillraceConsumer consumer, List<Delivery> deliveries) {
    for (Delivery delivery : deliveries) {
      loaded.add(new Loaded(consumer, delivery));
    }
  }

  /** Gives the loaded messages to the session's listener; called by the pool's thread. */
  @Override
  public void run() {
    MessageListener target = poolListener;
    for (Loaded next = loaded.poll(); next != null && target != null; next = loaded.poll()) {
      try {
        next.consumer.deliver(next.delivery, this, target);
      } catch (JMSException failed) {
        LOG.log(Level.WARNING, "A message could not be delivered", failed);
        connection.onException(failed);
      }
    }
  }

  // ------------------------------------------------------------------ end

  @Override
  public void close() throws JMSException {
    if (closed) {
      return;
    }
    if (dispatcher.isOwnThread()) {
      throw new IllegalStateException("a listener cannot close its own session");
    }
    closeBy(closeDeadline());
  }

  /** Closes it; waits for its listener, its sends and its acknowledgements until the deadline. */
  void closeBy(long deadlineNanos) throws JMSException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    JMSException first = null;
    consumers.forEach(MillraceConsumer::markClosed);
    dispatcher.awaitListener();
    try {
      outbox.flush(deadlineNanos);
      completions.await(deadlineNanos);
    } catch (JMSException failed) {
      first = failed;
    }
    for (MillraceConsumer consumer : consumers) {
      try {
        consumer.closeWith(deadlineNanos);
      } catch (JMSException failed) {
        first = first == null ? failed : first;
      }
    }
    try {
      remote.close(deadlineNanos);
    } catch (JMSException failed) {
      first = first == null ? failed : first;
    }
    producers.forEach(MillraceProducer::markClosed);
    outbox.close();
    dispatcher.stop();
    connection.remove(this);
    if (first != null && !connection.isEnded()) {
      throw Errors.again(first);
    }
  }
}

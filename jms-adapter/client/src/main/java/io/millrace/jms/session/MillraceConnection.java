package io.millrace.jms.session;

import io.millrace.jms.config.ClientOptions;
import io.millrace.jms.config.Option;
import io.millrace.jms.config.ServerUri;
import io.millrace.jms.destination.MillraceDestination;
import io.millrace.jms.destination.MillraceTemporaryQueue;
import io.millrace.jms.destination.MillraceTemporaryTopic;
import io.millrace.jms.destination.TemporaryOwner;
import io.millrace.jms.link.RemoteDestination;
import io.millrace.jms.link.ServerLink;
import io.millrace.jms.message.TrustedClasses;
import io.millrace.jms.runtime.ClientThreads;
import io.millrace.jms.runtime.ClientTime;
import io.millrace.jms.transport.Connector;
import io.millrace.jms.transport.IoThread;
import io.millrace.jms.wire.DeleteTemporary;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.SetClientId;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A connection, for all domains. Any thread may call. */
public final class MillraceConnection implements QueueConnection, TopicConnection, TemporaryOwner {
  private static final Logger LOG = System.getLogger("io.millrace.jms");

  private final ClientOptions options;
  private final Domain domain;
  private final Connector connector;
  private final ServerLink link;
  private final TrustedClasses trusted;
  private final List<MillraceSession> sessions = new CopyOnWriteArrayList<>();
  private final List<MillraceConnectionConsumer> connectionConsumers = new CopyOnWriteArrayList<>();
  private final Map<MillraceDestination, RemoteDestination> temporaries = new ConcurrentHashMap<>();
  private volatile boolean started;
  private volatile boolean closed;
  private volatile boolean ended;
  private volatile @Nullable ExceptionListener exceptionListener;
  private @Nullable String clientId; // guarded by this
  private boolean used; // guarded by this

  private MillraceConnection(
      ServerUri uri,
      Domain domain,
      @Nullable String user,
      @Nullable String password,
      IoThread ioThread) {
    this.options = uri.options();
    this.domain = domain;
    this.trusted = TrustedClasses.parse(options.text(Option.TRUSTED_CLASSES));
    this.connector = new Connector(ioThread, options);
    this.link = new ServerLink(uri, user, password, connector, this::onLinkFailed);
  }

  /**
   * Opens a connection.
   *
   * @throws JMSException if no server can be reached in time, or it refuses
   */
  public static MillraceConnection open(
      ServerUri uri,
      Domain domain,
      @Nullable String user,
      @Nullable String password,
      IoThread ioThread)
      throws JMSException {
    MillraceConnection connection = new MillraceConnection(uri, domain, user, password, ioThread);
    String configured = uri.options().text(Option.CLIENT_ID);
    connection.clientId = configured.isEmpty() ? null : configured;
    try {
      connection.link.connect(connection.clientId);
    } catch (JMSException failed) {
      connection.connector.close();
      throw failed;
    }
    return connection;
  }

  ServerLink link() {
    return link;
  }

  TrustedClasses trusted() {
    return trusted;
  }

  boolean isStarted() {
    return started;
  }

  /** True if nothing can be sent to the server any more. */
  boolean isEnded() {
    return ended;
  }

  long closeDeadline() {
    return ClientTime.deadlineAfterMs(options.number(Option.CLOSE_TIMEOUT_MS));
  }

  synchronized @Nullable String clientId() {
    return clientId;
  }

  /** A method was called behind which the client id is fixed (Jakarta Messaging 3.1, 6.1.2). */
  private synchronized void use() throws JMSException {
    checkOpen();
    used = true;
  }

  private void checkOpen() throws JMSException {
    if (closed) {
      throw new IllegalStateException("the connection is closed");
    }
  }

  // ------------------------------------------------------------------ sessions

  @Override
  public Session createSession() throws JMSException {
    return createSession(false, Session.AUTO_ACKNOWLEDGE);
  }

  @Override
  public Session createSession(int mode) throws JMSException {
    return createSession(mode == Session.SESSION_TRANSACTED, mode);
  }

  @Override
  public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
    return open(Domain.ANY, transacted, acknowledgeMode);
  }

  @Override
  public QueueSession createQueueSession(boolean transacted, int acknowledgeMode)
      throws JMSException {
    domain.requireQueues("createQueueSession");
    return open(Domain.QUEUE, transacted, acknowledgeMode);
  }

  @Override
  public TopicSession createTopicSession(boolean transacted, int acknowledgeMode)
      throws JMSException {
    domain.requireTopics("createTopicSession");
    return open(Domain.TOPIC, transacted, acknowledgeMode);
  }

  /** A session for the simplified API. */
  public MillraceSession createContextSession(int mode) throws JMSException {
    return open(Domain.ANY, mode == Session.SESSION_TRANSACTED, mode);
  }

  private MillraceSession open(Domain sessionDomain, boolean transacted, int acknowledgeMode)
      throws JMSException {
    use();
    int mode = transacted ? Session.SESSION_TRANSACTED : acknowledgeMode;
    if (mode < Session.SESSION_TRANSACTED || mode > Session.DUPS_OK_ACKNOWLEDGE) {
      throw new JMSException("acknowledgement mode " + acknowledgeMode + " does not exist");
    }
    if (!transacted && mode == Session.SESSION_TRANSACTED) {
      throw new JMSException("a session that is not transacted needs an acknowledgement mode");
    }
    MillraceSession session = new MillraceSession(this, sessionDomain, mode);
    sessions.add(session);
    return session;
  }

  void remove(MillraceSession session) {
    sessions.remove(session);
  }

  // ------------------------------------------------------------------ state

  @Override
  public String getClientID() throws JMSException {
    checkOpen();
    return nullable(clientId());
  }

  @Override
  public synchronized void setClientID(String id) throws JMSException {
    checkOpen();
    if (id == null || id.isEmpty()) {
      throw new InvalidClientIDException("a client id must not be empty");
    }
    if (clientId != null) {
      throw new IllegalStateException("the connection has the client id " + clientId);
    }
    if (used) {
      throw new IllegalStateException("the client id must be set before the connection is used");
    }
    link.request(requestId -> new SetClientId(requestId, id));
    link.setClientId(id);
    clientId = id;
    used = true;
  }

  @Override
  public ConnectionMetaData getMetaData() throws JMSException {
    checkOpen();
    return MillraceMetaData.INSTANCE;
  }

  @Override
  public ExceptionListener getExceptionListener() throws JMSException {
    checkOpen();
    return nullable(exceptionListener);
  }

  @Override
  public void setExceptionListener(@Nullable ExceptionListener listener) throws JMSException {
    use();
    exceptionListener = listener;
  }

  /** The link is gone for good. */
  private void onLinkFailed(JMSException reason) {
    ended = true;
    onException(reason);
  }

  /** Tells the application's exception listener, on a thread of its own. */
  void onException(JMSException reason) {
    ExceptionListener listener = exceptionListener;
    if (listener == null) {
      LOG.log(
          Level.WARNING, "Connection failure without exception listener: {0}", reason.getMessage());
      return;
    }
    Thread teller =
        ClientThreads.inBackground("exception-listener", () -> listener.onException(reason));
    LOG.log(Level.DEBUG, "{0} reports {1}", teller.getName(), reason.getMessage());
  }

  @Override
  public void start() throws JMSException {
    use();
    started = true;
    sessions.forEach(MillraceSession::onStartChanged);
  }

  @Override
  public void stop() throws JMSException {
    checkOpen();
    checkNotInListener("stop");
    synchronized (this) {
      used = true;
    }
    started = false;
    sessions.forEach(MillraceSession::onStartChanged);
    sessions.forEach(MillraceSession::awaitListener);
  }

  private void checkNotInListener(String what) throws JMSException {
    for (MillraceSession session : sessions) {
      if (session.isOnOwnThread()) {
        throw new IllegalStateException("a listener cannot " + what + " its own connection");
      }
    }
  }

  @Override
  public void close() throws JMSException {
    checkNotInListener("close");
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    started = false;
    long deadline = closeDeadline();
    JMSException first = null;
    for (MillraceConnectionConsumer consumer : connectionConsumers) {
      consumer.stop();
    }
    for (MillraceSession session : sessions) {
      try {
        session.closeBy(deadline);
      } catch (JMSException failed) {
        first = first == null ? failed : first;
      }
    }
    if (!ended) {
      try {
        link.leave(deadline);
      } catch (JMSException failed) {
        LOG.log(Level.DEBUG, "The connection ended without a goodbye: {0}", failed.getMessage());
      }
    }
    ended = true;
    link.close();
    connector.close();
    if (first != null) {
      throw first;
    }
  }

  // ------------------------------------------------------------------ temporary destinations

  TemporaryQueue createTemporaryQueue() throws JMSException {
    MillraceTemporaryQueue queue = new MillraceTemporaryQueue(newTemporaryName(), this);
    createTemporary(queue);
    return queue;
  }

  TemporaryTopic createTemporaryTopic() throws JMSException {
    MillraceTemporaryTopic topic = new MillraceTemporaryTopic(newTemporaryName(), this);
    createTemporary(topic);
    return topic;
  }

  private static String newTemporaryName() {
    return Resolve.TEMPORARY_PREFIX + UUID.randomUUID();
  }

  private void createTemporary(MillraceDestination destination) throws JMSException {
    DestinationKind kind = destination.kind();
    RemoteDestination created = link.destinations().createTemporary(kind, destination.name());
    temporaries.put(destination, created);
  }

  boolean owns(MillraceDestination destination) {
    return temporaries.containsKey(destination);
  }

  @Override
  public void delete(MillraceDestination destination) throws JMSException {
    checkOpen();
    RemoteDestination created = temporaries.get(destination);
    if (created == null) {
      throw new InvalidDestinationException(destination + " was deleted before");
    }
    link.request(id -> new DeleteTemporary(id, created.id()));
    temporaries.remove(destination);
    link.destinations().forget(created);
  }

  // ------------------------------------------------------------------ connection consumers

  @Override
  public ConnectionConsumer createConnectionConsumer(
      Destination destination, @Nullable String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    MillraceSession session = forPool();
    return add(session, session.createConsumer(destination, selector), pool, maxMessages);
  }

  @Override
  public ConnectionConsumer createConnectionConsumer(
      Queue queue, @Nullable String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    return createConnectionConsumer((Destination) queue, selector, pool, maxMessages);
  }

  @Override
  public ConnectionConsumer createConnectionConsumer(
      Topic topic, @Nullable String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    return createConnectionConsumer((Destination) topic, selector, pool, maxMessages);
  }

  @Override
  public ConnectionConsumer createDurableConnectionConsumer(
      Topic topic, String name, @Nullable String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    domain.requireTopics("createDurableConnectionConsumer");
    MillraceSession session = forPool();
    return add(
        session, session.createDurableConsumer(topic, name, selector, false), pool, maxMessages);
  }

  @Override
  public ConnectionConsumer createSharedConnectionConsumer(
      Topic topic, String name, @Nullable String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    domain.requireTopics("createSharedConnectionConsumer");
    MillraceSession session = forPool();
    return add(session, session.createSharedConsumer(topic, name, selector), pool, maxMessages);
  }

  @Override
  public ConnectionConsumer createSharedDurableConnectionConsumer(
      Topic topic, String name, @Nullable String selector, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    domain.requireTopics("createSharedDurableConnectionConsumer");
    MillraceSession session = forPool();
    return add(
        session, session.createSharedDurableConsumer(topic, name, selector), pool, maxMessages);
  }

  private ConnectionConsumer add(
      MillraceSession session, MessageConsumer consumer, ServerSessionPool pool, int maxMessages)
      throws JMSException {
    if (pool == null || maxMessages < 1) {
      session.close();
      throw new JMSException(
          "a connection consumer needs a pool and at least one message at a time");
    }
    MillraceConnectionConsumer added =
        new MillraceConnectionConsumer(
            this, session, (MillraceConsumer) consumer, pool, maxMessages);
    connectionConsumers.add(added);
    return added;
  }

  void remove(MillraceConnectionConsumer consumer) {
    connectionConsumers.remove(consumer);
  }

  private MillraceSession forPool() throws JMSException {
    return open(Domain.ANY, false, Session.CLIENT_ACKNOWLEDGE);
  }

  /** For what the API may return as null without its types saying so. */
  @SuppressWarnings("NullAway")
  private static <T> T nullable(@Nullable T value) {
    return value;
  }
}

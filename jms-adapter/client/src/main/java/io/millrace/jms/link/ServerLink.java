package io.millrace.jms.link;

import io.millrace.jms.config.ClientOptions;
import io.millrace.jms.config.Option;
import io.millrace.jms.config.ServerAddress;
import io.millrace.jms.config.ServerUri;
import io.millrace.jms.runtime.ClientThreads;
import io.millrace.jms.runtime.ClientTime;
import io.millrace.jms.transport.Connector;
import io.millrace.jms.transport.Transport;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.BrowseEnd;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.ConsumerClosed;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.Goodbye;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Request;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.Welcome;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the server that outlives its sockets. Any thread may call.
 *
 * <pre>
 * CONNECTING ──► UP ◄──► BROKEN (a background thread tries all hosts in turn)
 *      │          │         │
 *      └──────────┴─────────┴──► ENDED (closed by the application, or failed for good)
 * </pre>
 *
 * <p>A {@link Call} that is not answered when the socket breaks is written again on the next one,
 * after sessions, destinations and consumers were set up, in the order in which calls were first
 * submitted.
 */
public final class ServerLink {
  private static final Logger LOG = System.getLogger("io.millrace.jms");
  private static final UUID NO_KEY = new UUID(0, 0);
  private static final String CLIENT_NAME = "millrace-jms";
  private static final long MAX_STEP_MS = 30_000;
  private static final long FIRST_RETRY_MS = 20;
  private static final long MAX_RETRY_MS = 1000;

  private enum State {
    CONNECTING,
    UP,
    BROKEN,
    ENDED
  }

  private final ServerUri uri;
  private final ClientOptions options;
  private final Connector connector;
  private final LinkEvents events;
  private final @Nullable String user;
  private final @Nullable String password;
  private final AtomicInteger lastRequestId = new AtomicInteger();
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final Map<Integer, RemoteConsumer> consumers = new ConcurrentHashMap<>();
  private final List<RemoteSession> sessions = new CopyOnWriteArrayList<>();
  private final Destinations destinations = new Destinations(this);
  private final ProducerIds producerIds = new ProducerIds(this);

  private final Object lock = new Object();
  private final Map<Integer, Call> calls = new LinkedHashMap<>(); // guarded by lock
  private State state = State.CONNECTING; // guarded by lock
  private @Nullable FreshSocket current; // guarded by lock
  private @Nullable JMSException endedBy; // guarded by lock
  private @Nullable Thread reconnecting; // guarded by lock
  private @Nullable Welcome welcome; // guarded by lock
  private boolean leaving; // guarded by lock
  private volatile int generation;
  private volatile @Nullable String clientId;

  public ServerLink(
      ServerUri uri,
      @Nullable String user,
      @Nullable String password,
      Connector connector,
      LinkEvents events) {
    this.uri = uri;
    this.options = uri.options();
    this.user = user;
    this.password = password;
    this.connector = connector;
    this.events = events;
  }

  /**
   * Connects for the first time: all hosts in turn until one answers or the option {@code
   * connectTimeoutMs} is used up.
   *
   * @throws JMSException if none could be reached, or the server refused
   */
  public void connect(@Nullable String firstClientId) throws JMSException {
    clientId = firstClientId;
    checkTlsOptions();
    long deadline = ClientTime.deadlineAfterMs(options.number(Option.CONNECT_TIMEOUT_MS));
    long pauseMs = options.number(Option.RECONNECT_DELAY_MS);
    while (true) {
      JMSException last = null;
      for (ServerAddress host : uri.hosts()) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - ClientTime.nanos());
        if (leftMs <= 0 && last != null) {
          break;
        }
        last = tryOnce(host, Math.max(leftMs, 1));
        if (last == null) {
          startHeartbeat();
          return;
        }
        if (isFinal(last)) {
          end(last);
          throw last;
        }
      }
      if (ClientTime.nanos() + TimeUnit.MILLISECONDS.toNanos(pauseMs) >= deadline) {
        JMSException failed =
            last == null ? new JMSException("no connection to " + uri.toDisplayString()) : last;
        end(failed);
        throw failed;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMs));
      if (Thread.currentThread().isInterrupted()) {
        throw Errors.interrupted("connecting");
      }
      pauseMs = Math.min(2 * pauseMs, options.number(Option.RECONNECT_MAX_DELAY_MS));
    }
  }

  /** Who names these files believes that the connection is encrypted. */
  private void checkTlsOptions() throws JMSException {
    for (Option option : List.of(Option.TRUST_FILE, Option.CERTIFICATE_FILE, Option.KEY_FILE)) {
      if (!options.truth(Option.TLS) && !options.text(option).isEmpty()) {
        JMSException useless =
            new JMSException("option " + option.key() + " has no effect without tls=true");
        end(useless);
        throw useless;
      }
    }
  }

  /** One attempt; null if the link is up, else why not. */
  private @Nullable JMSException tryOnce(ServerAddress host, long timeoutMs) {
    FreshSocket socket = new FreshSocket(this, Math.min(timeoutMs, MAX_STEP_MS));
    try {
      Transport transport =
          connector.connect(
              host,
              Math.min(timeoutMs, MAX_STEP_MS),
              options.integer(Option.CONNECTIONS_PER_SOCKET),
              socket);
      socket.attach(transport);
      greet(socket, transport);
      if (!socket.isResumed()) {
        producerIds.resume(socket);
      }
      destinations.resume(socket);
      for (RemoteSession session : sessions) {
        session.resume(socket);
      }
      for (RemoteConsumer consumer : consumers.values()) {
        consumer.resume(socket);
      }
      goUp(socket);
      consumers.values().forEach(RemoteConsumer::onLinkUp);
      return null;
    } catch (IOException failed) {
      socket.close(failed);
      return Errors.wrap("no connection to " + uri.toDisplayString(), failed);
    } catch (JMSException failed) {
      socket.close(failed);
      return failed;
    } catch (InterruptedException interrupt) {
      socket.close(interrupt);
      return Errors.interrupted("connecting");
    }
  }

  private void greet(FreshSocket socket, Transport transport) throws JMSException {
    UUID key;
    synchronized (lock) {
      key = welcome == null ? NO_KEY : welcome.connectionKey();
    }
    String version = ServerLink.class.getPackage().getImplementationVersion();
    String shownVersion = version == null ? "development" : version;
    Answer answer =
        socket.request(
            id -> new Hello(id, CLIENT_NAME, shownVersion, clientId, user, password, key));
    if (!(answer instanceof Welcome welcomed)) {
      throw new JMSException("the server answered " + answer.type() + " to HELLO");
    }
    transport.setMaxFrameBytes(welcomed.maxFrameBytes());
    socket.setResumed(welcomed.resumed());
    synchronized (lock) {
      welcome = welcomed;
    }
  }

  private void goUp(FreshSocket socket) throws JMSException {
    synchronized (lock) {
      if (state == State.ENDED) {
        throw ended();
      }
      Transport transport = socket.transport();
      if (transport == null || socket.isClosed()) {
        throw new JMSException("the connection broke while it was set up");
      }
      current = socket;
      state = State.UP;
      generation++;
      for (Map.Entry<Integer, Call> call : calls.entrySet()) {
        call.getValue().onSentAgain();
        transport.write(call.getValue().frame(call.getKey()));
      }
    }
  }

  /** True for errors that another attempt would meet again. */
  private static boolean isFinal(JMSException failure) {
    String code = failure.getErrorCode();
    return code != null
        && (code.equals(ErrorCode.AUTHENTICATION.name())
            || code.equals(ErrorCode.AUTHORISATION.name())
            || code.equals(ErrorCode.CLIENT_ID.name())
            || code.equals(ErrorCode.PROTOCOL.name())
            || code.equals("INTERRUPTED"));
  }

  /** Sends a call now, or when the link is up again. */
  public void submit(Call call) {
    JMSException failed;
    synchronized (lock) {
      failed = endedBy;
      if (failed == null) {
        int id = nextRequestId();
        calls.put(id, call);
        Transport transport = current == null ? null : current.transport();
        if (state == State.UP && transport != null) {
          transport.write(call.frame(id), call.isAwaited());
        }
      }
    }
    if (failed != null) {
      call.onLinkFailed(failed);
    }
  }

  /** Sends a frame that has no answer if the link is up in this generation; false if it is not. */
  boolean send(int expectedGeneration, ClientFrame frame) {
    synchronized (lock) {
      Transport transport = current == null ? null : current.transport();
      if (state != State.UP || generation != expectedGeneration || transport == null) {
        return false;
      }
      transport.write(frame);
      return true;
    }
  }

  /** Waits while much that was sent ahead has not left yet. Not on the I/O thread. */
  void awaitWritable() throws JMSException {
    Transport transport;
    synchronized (lock) {
      transport = current == null ? null : current.transport();
    }
    try {
      if (transport != null) {
        transport.awaitWritable();
      }
    } catch (InterruptedException interrupt) {
      throw Errors.interrupted("sending");
    }
  }

  /**
   * Sends a request and waits for its answer, reconnects included; tries again as long as the
   * server says that it is unavailable.
   *
   * @throws JMSException the server's error, a time-out by {@code requestTimeoutMs}, or the link's
   *     end
   */
  public Answer request(IntFunction<Request> request) throws JMSException {
    return request(request, requestDeadline());
  }

  /** As {@link #request(IntFunction)}, with a deadline by {@link ClientTime#nanos}; 0 for none. */
  public Answer request(IntFunction<Request> request, long deadlineNanos) throws JMSException {
    return request(request, deadlineNanos, ignored -> {});
  }

  /** As above; {@code onAnswer} runs on the I/O thread, before any later event of the socket. */
  Answer request(IntFunction<Request> request, long deadlineNanos, Consumer<Answer> onAnswer)
      throws JMSException {
    return request(request, deadlineNanos, onAnswer, false);
  }

  /**
   * As {@link #request(IntFunction)}, for a request that must not be sent any more, by a later
   * socket, once the caller has been told that it failed.
   */
  Answer requestWhileAwaited(IntFunction<Request> request) throws JMSException {
    return request(request, requestDeadline(), ignored -> {}, true);
  }

  private Answer request(
      IntFunction<Request> request,
      long deadlineNanos,
      Consumer<Answer> onAnswer,
      boolean onlyWhileAwaited)
      throws JMSException {
    long pauseMs = FIRST_RETRY_MS;
    while (true) {
      WaitingCall call = new WaitingCall(request, onAnswer);
      submit(call);
      try {
        return call.await(deadlineNanos);
      } catch (JMSException failed) {
        if (onlyWhileAwaited) {
          withdraw(call);
        }
        // Another attempt that must end before it is answered would only hide why this one failed.
        long nextNanos = ClientTime.nanos() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
        boolean late = deadlineNanos != 0 && nextNanos >= deadlineNanos;
        if (!call.isRetriable() || late) {
          throw failed;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMs));
      pauseMs = Math.min(2 * pauseMs, MAX_RETRY_MS);
    }
  }

  /**
   * As {@link #request(IntFunction)}, for a request that answers with an error when it is executed
   * twice: that error counts as success if the request had to be sent again.
   */
  public void requestOnce(IntFunction<Request> request, ErrorCode whenRepeated)
      throws JMSException {
    WaitingCall call = new WaitingCall(request);
    submit(call);
    try {
      call.await(requestDeadline());
    } catch (JMSException failed) {
      if (!call.isSentAgain() || call.error() != whenRepeated) {
        throw failed;
      }
    }
  }

  /**
   * Says goodbye: the server keeps nothing for a reconnect, and there will be none.
   *
   * @param deadlineNanos when to give up
   */
  public void leave(long deadlineNanos) throws JMSException {
    synchronized (lock) {
      leaving = true;
    }
    request(Goodbye::new, deadlineNanos);
  }

  /** The moment at which a call that begins now has taken too long; 0 for never. */
  public long requestDeadline() {
    long timeoutMs = options.number(Option.REQUEST_TIMEOUT_MS);
    return timeoutMs == 0 ? 0 : ClientTime.deadlineAfterMs(timeoutMs);
  }

  ProducerIds producerIds() {
    return producerIds;
  }

  int nextRequestId() {
    int id = lastRequestId.incrementAndGet();
    return id == 0 ? lastRequestId.incrementAndGet() : id;
  }

  /** A number for a session or consumer, never used twice in this link. */
  int nextNumber() {
    return lastNumber.incrementAndGet();
  }

  private void withdraw(Call call) {
    synchronized (lock) {
      calls.values().remove(call);
    }
  }

  @Nullable Call takeCall(int requestId) {
    synchronized (lock) {
      return calls.remove(requestId);
    }
  }

  void onServerFrame(ServerFrame frame) {
    if (frame instanceof Deliver deliver) {
      RemoteConsumer consumer = consumers.get(deliver.consumerId());
      if (consumer != null) {
        consumer.onDeliver(deliver.chunks());
      }
    } else if (frame instanceof BrowseEnd end) {
      RemoteConsumer consumer = consumers.get(end.consumerId());
      if (consumer != null) {
        consumer.onBrowseEnd();
      }
    } else if (frame instanceof ConsumerClosed closed) {
      RemoteConsumer consumer = consumers.get(closed.consumerId());
      if (consumer != null) {
        consumer.onClosedByServer(Errors.toException(closed.code(), closed.message()));
      }
    }
  }

  void onSocketClosed(FreshSocket socket, Throwable cause, @Nullable Failed lastWords) {
    JMSException reason =
        lastWords == null
            ? Errors.wrap("the connection broke", cause)
            : Errors.toException(lastWords.code(), lastWords.message());
    boolean left;
    boolean failed;
    synchronized (lock) {
      if (socket != current || state != State.UP) {
        return;
      }
      current = null;
      left = leaving;
      failed = !options.truth(Option.RECONNECT) || isFinal(reason);
      if (!failed && !left) {
        state = State.BROKEN;
        reconnecting = ClientThreads.inBackground("reconnect", this::reconnect);
      }
    }
    if (left) {
      end(reason);
    } else if (failed) {
      fail(reason);
    } else {
      LOG.log(
          Level.INFO,
          "Connection to {0} broke, reconnecting: {1}",
          uri.toDisplayString(),
          reason.getMessage());
    }
  }

  private void reconnect() {
    try {
      tryUntilUp();
    } catch (RuntimeException defect) {
      LOG.log(Level.ERROR, "Reconnecting failed", defect);
      fail(Errors.wrap("reconnecting failed", defect));
    }
  }

  private void tryUntilUp() {
    long pauseMs = options.number(Option.RECONNECT_DELAY_MS);
    while (isBroken()) {
      for (ServerAddress host : uri.hosts()) {
        JMSException failure = tryOnce(host, options.number(Option.CONNECT_TIMEOUT_MS));
        if (failure == null) {
          LOG.log(Level.INFO, "Connected to {0} again", host);
          return;
        }
        LOG.log(Level.DEBUG, "No connection to {0}: {1}", host, failure.getMessage());
        if (isFinal(failure) && isBroken()) {
          fail(failure);
          return;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMs));
      pauseMs = Math.min(2 * pauseMs, options.number(Option.RECONNECT_MAX_DELAY_MS));
    }
  }

  private boolean isBroken() {
    synchronized (lock) {
      return state == State.BROKEN;
    }
  }

  private void fail(JMSException reason) {
    if (end(reason)) {
      events.onFailed(reason);
    }
  }

  /**
   * Closes the link: calls under way fail, the socket is closed. Says GOODBYE to nobody; that is a
   * call before.
   */
  public void close() {
    end(new IllegalStateException("the connection is closed", "CLOSED"));
  }

  private boolean end(JMSException reason) {
    List<Call> open;
    FreshSocket socket;
    Thread thread;
    synchronized (lock) {
      if (state == State.ENDED) {
        return false;
      }
      state = State.ENDED;
      endedBy = reason;
      open = new ArrayList<>(calls.values());
      calls.clear();
      socket = current;
      current = null;
      thread = reconnecting;
    }
    if (thread != null && thread != Thread.currentThread()) {
      thread.interrupt();
    }
    if (socket != null) {
      socket.close(reason);
    }
    for (Call call : open) {
      call.onLinkFailed(reason);
    }
    for (RemoteConsumer consumer : consumers.values()) {
      consumer.onClosedByServer(reason);
    }
    return true;
  }

  /** True if it was closed or has failed for good. */
  public boolean isEnded() {
    synchronized (lock) {
      return state == State.ENDED;
    }
  }

  private JMSException ended() {
    JMSException reason = endedBy;
    return reason == null ? new IllegalStateException("the connection is closed") : reason;
  }

  private void startHeartbeat() {
    Welcome greeting = greeting();
    long periodMs = Math.max(1, greeting.heartbeatMs() / 2);
    connector.schedule(periodMs, this::beat);
  }

  /** I/O thread: shows a sign of life, and gives a silent server up. */
  private void beat() {
    FreshSocket socket;
    synchronized (lock) {
      if (state == State.ENDED) {
        return;
      }
      socket = current;
    }
    long heartbeatMs = greeting().heartbeatMs();
    Transport transport = socket == null ? null : socket.transport();
    if (transport != null) {
      long now = ClientTime.nanos();
      long silentMs = TimeUnit.NANOSECONDS.toMillis(now - transport.lastReadNanos());
      long quietMs = TimeUnit.NANOSECONDS.toMillis(now - transport.lastWriteNanos());
      if (silentMs > 3 * heartbeatMs) {
        transport.breakSocket(new IOException("the server was silent for " + silentMs + " ms"));
      } else if (quietMs >= heartbeatMs / 2 || silentMs >= heartbeatMs) {
        transport.write(new Ping(nextRequestId()));
      }
    }
    connector.schedule(Math.max(1, heartbeatMs / 2), this::beat);
  }

  /** What the server said when it took the connection in last. */
  Welcome greeting() {
    synchronized (lock) {
      if (welcome == null) {
        throw new java.lang.IllegalStateException("not connected yet");
      }
      return welcome;
    }
  }

  /** Names the cluster: connections with the same id reach the same messages. */
  public String clusterId() {
    return greeting().clusterId();
  }

  /** Names this connection across its sockets; new for every connection. */
  public UUID connectionKey() {
    return greeting().connectionKey();
  }

  /** How often the link came up. What has no repeat is lost when it changes. */
  int generation() {
    return generation;
  }

  /** Largest frame that the server takes, in bytes. */
  int maxFrameBytes() {
    return greeting().maxFrameBytes();
  }

  /** Runs something on the I/O thread later; it must not block. */
  void schedule(long delayMs, Runnable task) {
    connector.schedule(delayMs, task);
  }

  public ClientOptions options() {
    return options;
  }

  public Destinations destinations() {
    return destinations;
  }

  /** Remembers the client id for reconnects, after the server has accepted it. */
  public void setClientId(String accepted) {
    clientId = accepted;
  }

  void add(RemoteSession session) {
    sessions.add(session);
  }

  /** Lets a session go at once, and the consumers that it has left. */
  void remove(RemoteSession session) {
    sessions.remove(session);
    consumersOf(session).forEach(this::remove);
  }

  /** A session's consumers, with those that are closed and not settled. */
  List<RemoteConsumer> consumersOf(RemoteSession session) {
    return consumers.values().stream().filter(consumer -> consumer.isOf(session)).toList();
  }

  void add(RemoteConsumer consumer) {
    consumers.put(consumer.id(), consumer);
  }

  void remove(RemoteConsumer consumer) {
    consumers.remove(consumer.id());
  }
}

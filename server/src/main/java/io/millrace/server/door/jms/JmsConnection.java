package io.millrace.server.door.jms;

import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.DeliverChunk;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.WireException;
import io.millrace.server.catalog.Topic;
import io.millrace.server.quota.ClientQuotas;
import io.millrace.server.quota.QuotaKey;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import io.millrace.server.shard.Reply;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One JMS connection as long as its conversation on a socket lasts. Requests run on the socket's
 * event loop, guarded by the client; answers and deliveries come from any thread.
 *
 * <pre>
 *   GREETING (nothing but HELLO) ──► OPEN ──► ENDED
 * </pre>
 */
final class JmsConnection {
  /** How long a client may take to ask again whether its transaction took place. */
  /** How often a client whose deliveries wait for its quota is looked at. */
  private static final long DELIVERY_STEP_MS = 1_000;

  private static final long REMEMBERED_MS = TimeUnit.DAYS.toMillis(1);

  private static final long LINGER_MS = 1_000;

  /** Errors that only a client that does something else can avoid. */
  private static final Set<ErrorCode> CLIENTS_FAULTS =
      EnumSet.of(
          ErrorCode.PROTOCOL,
          ErrorCode.AUTHENTICATION,
          ErrorCode.AUTHORISATION,
          ErrorCode.CLIENT_ID,
          ErrorCode.DESTINATION,
          ErrorCode.SELECTOR,
          ErrorCode.TOO_LARGE,
          ErrorCode.LIMIT);

  private final int number;
  private final JmsSocket socket;
  private final DoorContext context;
  private final Requests requests;
  private final DestinationNumbers destinations;
  private volatile @Nullable JmsClient client;
  private volatile @Nullable String user;
  private volatile Grants grants = Grants.ALL;
  private final ClientQuotas quotas;
  private boolean over;

  /** Nothing is delivered until its client's quota allows it. On the event loop. */
  private boolean deliveriesThrottled;

  JmsConnection(int number, JmsSocket socket, DoorContext context) {
    this.number = number;
    this.socket = socket;
    this.context = context;
    this.requests =
        new Requests(this, context, new Greeting(socket, this, context.security().logins()));
    this.quotas = new ClientQuotas(context.quotas(), "jms", () -> user);
    this.destinations =
        new DestinationNumbers(topic -> context.broker().catalog().find(topic.id()) != null);
  }

  /** For people. Any thread. */
  @Override
  public String toString() {
    String name = user;
    return socket.nameOf(number) + (name == null ? "" : " as " + name);
  }

  /** Who it is; null for nobody. Any thread. */
  @Nullable String user() {
    return user;
  }

  /** Who it is, of what may be done. */
  void identify(@Nullable String name) {
    user = name;
    grants = context.security().grants(name, socket.host());
    socket.loggedIn();
  }

  /** Whether somebody has come in by it, and is still there. On the event loop. */
  boolean isOpen() {
    return client != null && !over;
  }

  /** Whether the conversation is over. On the event loop. */
  boolean hasEnded() {
    return over;
  }

  /**
   * Checks whether the connection may do something with a topic.
   *
   * @throws RefusedException it may not
   */
  void check(Operation operation, Topic topic) {
    JmsClient own = client;
    boolean ownTemporary = own != null && own.key().toString().equals(topic.owner());
    if (!ownTemporary) {
      check(operation, topic.name());
    }
  }

  void check(Operation operation, String topic) {
    if (!grants.allows(operation, ResourceType.TOPIC, topic)) {
      throw notAllowed(operation, topic);
    }
  }

  /** The right to create a topic can be had for the topic, or for the cluster. */
  void checkCreate(String topic) {
    if (!grants.sees(Operation.CREATE, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME)) {
      check(Operation.CREATE, topic);
    }
  }

  private RefusedException notAllowed(Operation operation, String topic) {
    return new RefusedException(
        ErrorCode.AUTHORISATION,
        grants.principal() + " lacks the right to " + operation + " for " + topic);
  }

  /** The conversation's number on its socket. */
  int number() {
    return number;
  }

  int version() {
    return socket.version();
  }

  // ---- in; on the event loop

  /** Returns whether the request counts as one in the works until it is answered. */
  boolean hello(Hello frame, int size) {
    return requests.hello(frame, size);
  }

  /** Returns whether the request counts as one in the works until it is answered. */
  boolean take(ClientFrame frame, int size) throws WireException {
    JmsClient known = client;
    if (known == null) {
      throw new WireException(frame.type() + " comes before WELCOME");
    }
    synchronized (known) {
      // What was under way on a socket that the client has given up, it has sent again by another.
      if (!known.isOn(this)) {
        return false;
      }
      if (quotas.limits(QuotaKey.PRODUCER_BYTE_RATE)) {
        sent(known, frame, size);
      }
      return requests.handle(known, frame, size);
    }
  }

  /**
   * What was sent is taken; who has sent too much is not read from for a time. A client hears
   * nothing of what it sends in a transaction, and would take a silence in the midst of it for a
   * broken connection: there it waits behind the commit.
   */
  private void sent(JmsClient by, ClientFrame frame, int size) {
    boolean waits = true;
    if (frame instanceof Send send) {
      waits = send.txId() == 0;
    } else if (!(frame instanceof Commit commit)
        || (commit.sends().isEmpty() && commit.earlySends() == 0)) {
      return;
    }
    long waitMs = quotas.record(QuotaKey.PRODUCER_BYTE_RATE, by.clientId(), size);
    if (waits && waitMs > 0) {
      long throttledMs = socket.throttle(waitMs);
      if (throttledMs > 0) {
        quotas.throttled(QuotaKey.PRODUCER_BYTE_RATE, throttledMs);
      }
    }
  }

  /** The conversation is over, or its socket closed. */
  void ended() {
    over = true;
    JmsClient broken = client;
    if (broken != null && broken.disconnected(this) && !socket.isShuttingDown()) {
      socket.timers().after(context.config().graceMs(), broken::endIfBroken);
      socket.timers().after(REMEMBERED_MS, broken::forgetIfGone);
    }
  }

  /** The socket takes messages again. */
  void onRoom() {
    JmsClient quick = client;
    if (quick != null) {
      flow(quick, true);
    }
  }

  /**
   * The client leaves the conversation when it has its last answer; if it does not, this does. Any
   * thread.
   */
  void finishLater() {
    socket.execute(() -> socket.timers().after(LINGER_MS, () -> socket.leave(this)));
  }

  /** Ends the conversation behind what was written. Any thread. */
  void close() {
    socket.execute(() -> socket.leave(this));
  }

  void bind(JmsClient to) {
    client = to;
  }

  // ---- out

  /** Any thread. */
  void send(ServerFrame frame) {
    socket.outbox().add(number, frame);
  }

  /** Sends messages; when the client does not take them its consumers are stopped. Any thread. */
  void deliver(Deliver frame) {
    if (quotas.limits(QuotaKey.CONSUMER_BYTE_RATE)) {
      received(frame);
    }
    if (!socket.outbox().add(number, frame)) {
      JmsClient slow = client;
      if (slow != null) {
        socket.execute(() -> flow(slow, false));
      }
    }
  }

  /** What a shard delivers is on its way; who has received too much gets nothing for a time. */
  private void received(Deliver frame) {
    JmsClient by = client;
    long bytes = 0;
    for (DeliverChunk chunk : frame.chunks()) {
      bytes += chunk.records().remaining();
    }
    long waitMs =
        by == null ? 0 : quotas.record(QuotaKey.CONSUMER_BYTE_RATE, by.clientId(), (double) bytes);
    if (by != null && waitMs > 0) {
      socket.execute(() -> holdDeliveries(by, waitMs));
    }
  }

  private void holdDeliveries(JmsClient of, long waitMs) {
    if (over || deliveriesThrottled) {
      flow(of, false); // consumers that have come since
      return;
    }
    quotas.throttled(QuotaKey.CONSUMER_BYTE_RATE, waitMs);
    goOnHolding(of, waitMs);
  }

  private void goOnHolding(JmsClient of, long waitMs) {
    deliveriesThrottled = true;
    flow(of, false);
    // In small steps, as a quota may be raised meanwhile, or the connection end.
    socket.timers().after(Math.min(waitMs, DELIVERY_STEP_MS), () -> goOnDelivering(of));
  }

  private void goOnDelivering(JmsClient of) {
    deliveriesThrottled = false;
    // Whoever has used the quota meanwhile, by other connections, is not to be overtaken.
    long waitMs = quotas.waitMs(QuotaKey.CONSUMER_BYTE_RATE, of.clientId());
    if (over) {
      return;
    }
    if (waitMs > 0) {
      goOnHolding(of, waitMs);
    } else if (!socket.outbox().isFull()) {
      flow(of, true);
    }
  }

  private void flow(JmsClient of, boolean flows) {
    if (flows == (socket.outbox().isFull() || deliveriesThrottled)) {
      return;
    }
    synchronized (of) {
      for (JmsConsumer consumer : of.consumers().values()) {
        if (consumer.isOf(this)) {
          consumer.setFlowing(flows);
          if (flows) {
            consumer.wake();
          }
        }
      }
    }
  }

  /** Answers a request, unless it asked for no answer. Any thread. */
  void answer(Answer answer, int counted) {
    if (answer.requestId() != 0) {
      socket.outbox().add(number, answer, counted);
    } else if (counted > 0) {
      socket.execute(() -> socket.requestEnded(counted));
    }
  }

  void fail(int requestId, Throwable error, int counted) {
    context.metrics().failed();
    Failed failed = WireErrors.failed(requestId, error);
    if (CLIENTS_FAULTS.contains(failed.code())) {
      socket.refused(this, failed);
    }
    answer(failed, counted);
  }

  /** Answers DONE. */
  Reply<Void> done(int requestId) {
    return done(requestId, 0);
  }

  Reply<Void> done(int requestId, int counted) {
    return new Reply<>() {
      @Override
      public void ok(Void response) {
        answer(new Done(requestId), counted);
      }

      @Override
      public void fail(RuntimeException error) {
        JmsConnection.this.fail(requestId, error, counted);
      }
    };
  }

  // ---- destinations of this conversation; guarded by the client

  int addDestination(Topic topic) {
    return destinations.of(topic);
  }

  Topic destination(int id) {
    return destinations.get(id);
  }

  /** Whether a producer is the client's own. Any thread. */
  boolean isLocal(long producerId) {
    JmsClient own = client;
    return own != null && own.localProducers().contains(producerId);
  }
}

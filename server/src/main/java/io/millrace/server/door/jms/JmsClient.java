package io.millrace.server.door.jms;

import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.Departure;
import io.millrace.server.shard.Gather;
import io.millrace.server.shard.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as far as it outlives a socket: sessions, consumers, what they hold,
 * temporary destinations. Guarded by itself; never held while waiting.
 *
 * <pre>
 *   CONNECTED ◄──► BROKEN ──► ENDED
 *       └───────────────────────▲     (GOODBYE; or the grace is over)
 * </pre>
 */
final class JmsClient {
  private final UUID key;
  private final @Nullable String user;
  private final DoorContext context;
  private final Map<Integer, JmsSession> sessions = new HashMap<>();
  private final Map<Integer, JmsConsumer> consumers = new HashMap<>();
  private final Set<UUID> temporaries = ConcurrentHashMap.newKeySet();
  private final LocalProducers localProducers = new LocalProducers();
  private volatile @Nullable String clientId;
  private volatile @Nullable JmsConnection connection;
  private boolean ended;

  /**
   * @param user who it is, which it stays; null for nobody
   */
  JmsClient(UUID key, @Nullable String user, DoorContext context) {
    this.key = key;
    this.user = user;
    this.context = context;
  }

  UUID key() {
    return key;
  }

  /** Whether it belongs to the same user; null is nobody. */
  boolean isOf(@Nullable String other) {
    return Objects.equals(user, other);
  }

  @Nullable String user() {
    return user;
  }

  boolean isConnected() {
    return connection != null;
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  /** Whether this is the socket that the client uses now. Guarded by the client. */
  boolean isOn(JmsConnection socket) {
    return connection == socket;
  }

  Map<Integer, JmsSession> sessions() {
    return sessions;
  }

  Map<Integer, JmsConsumer> consumers() {
    return consumers;
  }

  LocalProducers localProducers() {
    return localProducers;
  }

  /** The topics of its temporary destinations. Any thread. */
  Set<UUID> temporaries() {
    return temporaries;
  }

  /** Any thread. */
  @Nullable String clientId() {
    return clientId;
  }

  synchronized void setClientId(String id) {
    clientId = id;
  }

  /**
   * A socket takes over; the one before, if there still is one, is closed.
   *
   * @return false when the client is on its end, and has to come back when that is done: what is
   *     still done for it goes by its key
   */
  synchronized boolean connected(JmsConnection by) {
    if (ended) {
      return false;
    }
    JmsConnection before = connection;
    connection = by;
    if (before != null && before != by) {
      before.close();
    }
    consumers.values().forEach(consumer -> consumer.setFlowing(false));
    // What a transaction sent ahead does not count on another socket.
    sessions.values().forEach(JmsSession::rollback);
    return true;
  }

  /** A socket is gone. Returns whether the client is without one now. */
  synchronized boolean disconnected(JmsConnection by) {
    if (connection != by) {
      return false;
    }
    connection = null;
    consumers.values().forEach(consumer -> consumer.setFlowing(false));
    return !ended;
  }

  /**
   * Long after the connection broke: nobody will come back and ask whether a transaction took
   * place.
   */
  void forgetIfGone() {
    if (context.clients().find(key) == null) {
      context.broker().transactions().forget(key);
    }
  }

  /** Ends the client if it has not come back. Returns whether it has ended, now or before. */
  boolean endIfBroken() {
    return end(Departure.LOST, true, () -> {});
  }

  /** Ends the client: nothing of it is kept. */
  void end(Departure departure, Runnable done) {
    end(departure, false, done);
  }

  private boolean end(Departure departure, boolean onlyIfBroken, Runnable done) {
    List<JmsConsumer> leaving;
    List<JmsSession> quieted;
    synchronized (this) {
      if (ended || (onlyIfBroken && connection != null)) {
        done.run();
        return ended;
      }
      ended = true;
      leaving = List.copyOf(consumers.values());
      quieted = List.copyOf(sessions.values());
      quieted.forEach(JmsSession::close);
      consumers.clear();
      sessions.clear();
    }
    if (departure == Departure.LOST) {
      context.metrics().lost();
    }
    context.clients().release(this, clientId());
    Gather all =
        new Gather(
            leaving.size(),
            () -> {
              context.clients().remove(this);
              if (departure == Departure.CLOSED) {
                context.broker().transactions().forget(key);
              }
              done.run();
            },
            error -> {
              context.clients().remove(this);
              done.run();
            });
    synchronized (this) {
      for (JmsConsumer consumer : leaving) {
        JmsSession session =
            quieted.stream()
                .filter(each -> each.id() == consumer.sessionId())
                .findFirst()
                .orElseGet(() -> new JmsSession(consumer.sessionId(), context.openTransactions()));
        session.whenQuiet(() -> consumer.end(departure, all));
      }
    }
    deleteTemporaries();
    return true;
  }

  private void deleteTemporaries() {
    for (UUID topic : List.copyOf(temporaries)) {
      temporaries.remove(topic);
      context.broker().deleteTopic(topic, Reply.<Topic>none("deleting a temporary destination"));
    }
  }

  /** The consumers of a session. */
  List<JmsConsumer> consumersOf(int session) {
    List<JmsConsumer> all = new ArrayList<>();
    for (JmsConsumer consumer : consumers.values()) {
      if (consumer.sessionId() == session) {
        all.add(consumer);
      }
    }
    return all;
  }
}

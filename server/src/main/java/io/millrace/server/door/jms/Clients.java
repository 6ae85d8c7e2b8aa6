package io.millrace.server.door.jms;

import io.millrace.jms.wire.ErrorCode;
import io.millrace.kernel.Randomness;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The clients of the door, by their keys and client ids. Any thread. */
final class Clients {
  private static final UUID NO_KEY = new UUID(0, 0);

  /**
   * Who has come in.
   *
   * @param resumed whether the client was here before
   */
  record Entry(JmsClient client, boolean resumed) {}

  private final Randomness randomness;
  private final Map<UUID, JmsClient> byKey = new HashMap<>(); // guarded by this
  private final Map<String, JmsClient> byClientId = new HashMap<>(); // guarded by this

  Clients(Randomness randomness) {
    this.randomness = randomness;
  }

  synchronized int size() {
    return byKey.size();
  }

  synchronized @Nullable JmsClient find(UUID key) {
    return byKey.get(key);
  }

  /**
   * Lets a connection in as the client that it says to be: one that is here, or a new one; one from
   * before a restart keeps its key.
   *
   * @param clientId what the client is to be called, null if that comes later or never
   * @throws RefusedException another client has the client id, or this one is on its end
   */
  Entry enter(UUID key, @Nullable String clientId, JmsConnection connection, DoorContext context) {
    Entry entry = findOrAdd(key, connection.user(), context);
    JmsClient client = entry.client();
    if (clientId != null) {
      try {
        claim(clientId, client);
      } catch (RefusedException e) {
        if (!entry.resumed()) {
          // Unless another connection has come in as this client meanwhile.
          client.endIfBroken();
        }
        throw e;
      }
    }
    if (!client.connected(connection)) {
      release(client, clientId);
      throw ending();
    }
    return entry;
  }

  private static RefusedException ending() {
    return new RefusedException(
        ErrorCode.UNAVAILABLE, "the connection's earlier life is just ending: come back");
  }

  private synchronized Entry findOrAdd(UUID key, @Nullable String user, DoorContext context) {
    JmsClient known = byKey.get(key);
    if (known != null) {
      if (!known.isOf(user)) {
        throw new RefusedException(
            ErrorCode.AUTHENTICATION, "the connection to come back to is another user's");
      }
      return new Entry(known, true);
    }
    UUID own = key.equals(NO_KEY) ? randomness.nextUuid() : key;
    JmsClient client = new JmsClient(own, user, context);
    byKey.put(own, client);
    return new Entry(client, false);
  }

  /**
   * Gives a client id to a client. One whose broken connection had the id ends: the same
   * application has come back without its connection's key, as it was restarted.
   *
   * @throws RefusedException another client has it
   */
  void claim(String clientId, JmsClient client) {
    JmsClient holder = take(clientId, client, null);
    while (holder != client) {
      if (client.hasEnded()) {
        throw ending(); // perhaps by the holder itself, which has taken the id
      }
      // It may be coming back at this moment, and then keeps the id.
      if (holder.isConnected() || !holder.isOf(client.user()) || !holder.endIfBroken()) {
        throw new RefusedException(
            ErrorCode.CLIENT_ID, "client id " + clientId + " is in use by another connection");
      }
      holder = take(clientId, client, holder);
    }
    client.setClientId(clientId);
  }

  /**
   * Takes a client id that is free.
   *
   * @param ended a client that may still have it and does not count
   * @return who has it now
   */
  private synchronized JmsClient take(
      String clientId, JmsClient client, @Nullable JmsClient ended) {
    JmsClient holder = byClientId.get(clientId);
    if (holder != null && holder != ended) {
      return holder;
    }
    byClientId.put(clientId, client);
    return client;
  }

  /** A client is on its end: its client id is free for others. */
  synchronized void release(JmsClient client, @Nullable String clientId) {
    if (clientId != null) {
      byClientId.remove(clientId, client);
    }
  }

  /** A client has ended, or has not begun: its key may stand for another one. */
  synchronized void remove(JmsClient client) {
    byKey.remove(client.key(), client);
  }
}

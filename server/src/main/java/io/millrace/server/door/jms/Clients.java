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

  private final Randomness randomness;
  private final Map<UUID, JmsClient> byKey = new HashMap<>();
  private final Map<String, JmsClient> byClientId = new HashMap<>();

  Clients(Randomness randomness) {
    this.randomness = randomness;
  }

  synchronized int size() {
    return byKey.size();
  }

  synchronized @Nullable JmsClient find(UUID key) {
    return byKey.get(key);
  }

  /** Takes a client in that has no state here; one from before a restart keeps its key. */
  synchronized JmsClient add(UUID key, DoorContext context) {
    UUID own = key.equals(NO_KEY) ? randomness.nextUuid() : key;
    JmsClient client = new JmsClient(own, context);
    byKey.put(own, client);
    return client;
  }

  /**
   * Gives a client id to a client.
   *
   * @return a client whose broken connection had the id, and which has to go; null for none
   * @throws RefusedException another client has it
   */
  synchronized @Nullable JmsClient claim(String clientId, JmsClient client) {
    JmsClient holder = byClientId.get(clientId);
    if (holder == client) {
      return null;
    }
    if (holder != null && holder.isConnected()) {
      throw new RefusedException(
          ErrorCode.CLIENT_ID, "client id " + clientId + " is in use by another connection");
    }
    byClientId.put(clientId, client);
    return holder;
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

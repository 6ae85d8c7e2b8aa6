package io.millrace.server.door.jms;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.millrace.server.broker.Brokers;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link Clients} and connections that have no socket; none of them asks the broker anything. */
@SuppressWarnings("NullAway") // sockets and clocks are for what does not happen here
final class TestClients {
  static final UUID KEY = new UUID(7, 7);

  private final Clients clients = new Clients(() -> 1);
  private final DoorContext context =
      new DoorContext(
          Brokers.none(),
          null,
          null,
          clients,
          new OpenTransactions(1),
          new JmsMetrics(new CompositeMeterRegistry(), null, clients),
          JmsSecurity.OPEN,
          null);

  Clients clients() {
    return clients;
  }

  JmsConnection connection() {
    return new JmsConnection(1, null, context);
  }

  /** As {@code HELLO} does; throws a {@link RefusedException} as it does. */
  Clients.Entry enter(UUID key, @Nullable String clientId, JmsConnection connection) {
    return clients.enter(key, clientId, connection, context);
  }
}

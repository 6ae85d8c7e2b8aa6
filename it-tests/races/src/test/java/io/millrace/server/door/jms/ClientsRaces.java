package io.millrace.server.door.jms;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** {@link Clients}: one client for a key, and one connection for a client id. */
public final class ClientsRaces {
  private static final UUID OTHER_KEY = new UUID(8, 8);
  private static final String ID = "id";

  private ClientsRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("a client id has one connection", 60, ClientsRaces::oneConnection),
        new Race("who comes back keeps or loses its client id whole", 60, ClientsRaces::comesBack),
        new Race("a client that is in is found", 60, ClientsRaces::found));
  }

  private static boolean enters(TestClients clients, UUID key, @Nullable String clientId) {
    try {
      clients.enter(key, clientId, clients.connection());
      return true;
    } catch (RefusedException refused) {
      return false;
    }
  }

  /** Two applications are started with the same client id. */
  private static void oneConnection() {
    TestClients clients = new TestClients();
    AtomicInteger in = new AtomicInteger();
    together(
        () -> in.addAndGet(enters(clients, TestClients.KEY, ID) ? 1 : 0),
        () -> in.addAndGet(enters(clients, OTHER_KEY, ID) ? 1 : 0));
    check(in.get() == 1, "one has the client id, not " + in.get());
    check(clients.clients().size() == 1, "of the other nothing is left");
    check(!enters(clients, new UUID(9, 9), ID), "nobody else gets it");
  }

  /** A client comes back while the application that it was part of starts anew. */
  private static void comesBack() {
    TestClients clients = new TestClients();
    JmsConnection broken = clients.connection();
    JmsClient client = clients.enter(TestClients.KEY, ID, broken).client();
    client.disconnected(broken);
    AtomicInteger in = new AtomicInteger();
    together(
        () -> in.addAndGet(enters(clients, TestClients.KEY, ID) ? 1 : 0),
        () -> in.addAndGet(enters(clients, OTHER_KEY, ID) ? 1 : 0));
    check(in.get() == 1, "one has the client id, not " + in.get());
    check(clients.clients().size() == 1, "of the other nothing is left");
  }

  /** Two connections come with one key, of which one asks for a client id that it cannot have. */
  private static void found() {
    TestClients clients = new TestClients();
    clients.enter(OTHER_KEY, ID, clients.connection());
    AtomicInteger in = new AtomicInteger();
    together(
        () -> in.addAndGet(enters(clients, TestClients.KEY, ID) ? 100 : 0),
        () -> in.addAndGet(enters(clients, TestClients.KEY, null) ? 1 : 0));
    check(in.get() <= 1, "the client id has its client");
    boolean known = clients.clients().find(TestClients.KEY) != null;
    check(known == (in.get() == 1), "in and known, or neither");
  }
}

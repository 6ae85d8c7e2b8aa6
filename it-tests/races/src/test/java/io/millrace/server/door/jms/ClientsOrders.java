package io.millrace.server.door.jms;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.UUID;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Who comes with one key at the same moment is one client of {@link Clients}, which know nothing of
 * it as after a restart; and who comes with another key meanwhile is not lost.
 */
@JCStressTest
@State
@Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "One client for the key, and the other one.")
@Outcome(expect = FORBIDDEN, desc = "Two for one key, or one is missing.")
@SuppressWarnings("NullAway.Init") // each actor sets its own
public class ClientsOrders {
  private static final UUID OTHER_KEY = new UUID(8, 8);

  private final TestClients clients = new TestClients();
  private final JmsConnection connection = clients.connection();
  private Clients.Entry first;
  private Clients.Entry second;

  @Actor
  public void first() {
    first = clients.enter(TestClients.KEY, null, connection);
  }

  @Actor
  public void second() {
    clients.enter(OTHER_KEY, null, connection);
    second = clients.enter(TestClients.KEY, null, connection);
  }

  @Arbiter
  public void end(III_Result seen) {
    seen.r1 = first.client() == second.client() ? 1 : 2;
    seen.r2 = (first.resumed() ? 1 : 0) + (second.resumed() ? 1 : 0);
    seen.r3 = clients.clients().size();
  }
}

package io.millrace.jms.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.jms.config.ServerAddress;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two connect to one server by {@link Sockets}: one opens the socket that both use, and what a
 * connection to another server opens meanwhile is known too.
 */
@JCStressTest
@State
@Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "One socket for each server.")
@Outcome(expect = FORBIDDEN, desc = "Opened twice, or not shared.")
public class SocketsOrders {
  private static final ServerAddress SERVER = new ServerAddress("localhost", 1);
  private static final ServerAddress OTHER = new ServerAddress("localhost", 2);
  private static final long TIMEOUT_MS = 60_000;

  private final Sockets sockets = new Sockets();
  private final AtomicInteger opened = new AtomicInteger();
  private @Nullable SharedSocket one;
  private @Nullable SharedSocket other;

  private SharedSocket connect(ServerAddress server) {
    try {
      return sockets.get(server, TIMEOUT_MS, this::open);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private SharedSocket open() {
    opened.incrementAndGet();
    return new FakeSocket(2).socket();
  }

  @Actor
  public void one() {
    one = connect(SERVER);
  }

  @Actor
  public void other() {
    connect(OTHER);
    other = connect(SERVER);
  }

  @Arbiter
  public void end(II_Result seen) {
    boolean known = connect(SERVER) == one && connect(OTHER) != one;
    seen.r1 = opened.get();
    seen.r2 = known && one == other ? 1 : 0;
  }
}

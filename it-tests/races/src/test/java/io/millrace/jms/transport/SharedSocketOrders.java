package io.millrace.jms.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A conversation begins on a {@link SharedSocket} while the last one ends: either the socket stays
 * open for it, or it is told that there is no room.
 */
@JCStressTest
@State
@Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "Open for the new one, and only for it.")
@Outcome(expect = FORBIDDEN, desc = "An end is not heard of, or the socket is not as it should be.")
public class SharedSocketOrders {
  private final IOException done = new IOException("done");

  private final FakeSocket fake = new FakeSocket(2);
  private final ConversationsStressTest.Ends last = new ConversationsStressTest.Ends();
  private final ConversationsStressTest.Ends next = new ConversationsStressTest.Ends();
  private final Transport ending = Objects.requireNonNull(fake.socket().begin(last));
  private @Nullable Transport begun;

  @Actor
  public void ends() {
    ending.close(done);
  }

  @Actor
  public void begins() {
    begun = fake.socket().begin(next);
  }

  @Arbiter
  public void end(III_Result seen) {
    fake.io();
    seen.r1 = last.heard();
    seen.r2 = next.heard();
    seen.r3 = fake.isOpen() == (begun != null) ? 1 : 0;
  }
}

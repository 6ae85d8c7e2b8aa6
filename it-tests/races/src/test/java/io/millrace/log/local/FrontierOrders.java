package io.millrace.log.local;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * One begins a transaction and makes it durable; the other reads a {@link Frontier}: it sees
 * nothing of that, for it is not decided.
 */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Nothing is shown.")
@Outcome(expect = FORBIDDEN, desc = "What is not decided is shown.")
public class FrontierOrders {
  private final Frontier frontier = new Frontier();

  @Actor
  public void log() {
    frontier.unstableFrom(0);
    frontier.advance(5, 0);
  }

  @Actor
  public void reader(JJ_Result seen) {
    seen.r1 = frontier.stable();
    seen.r2 = frontier.stable();
  }
}

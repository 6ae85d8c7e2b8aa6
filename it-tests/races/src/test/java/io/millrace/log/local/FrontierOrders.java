package io.millrace.log.local;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * One makes a transaction durable, then its marker, and then the beginning of the next one; the
 * other reads a {@link Frontier} twice: it sees nothing undecided, and nothing goes back.
 */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The first is not decided.")
@Outcome(id = "0, 5", expect = ACCEPTABLE, desc = "It is decided after the durable offset is read.")
@Outcome(id = "0, 6", expect = ACCEPTABLE, desc = "Decided in between.")
@Outcome(id = "5, 5", expect = ACCEPTABLE, desc = "As above, twice.")
@Outcome(id = "5, 6", expect = ACCEPTABLE, desc = "As above, then decided.")
@Outcome(id = "6, 6", expect = ACCEPTABLE, desc = "Decided; the second one is not shown.")
@Outcome(expect = FORBIDDEN, desc = "It went back, or the second one is shown.")
public class FrontierOrders {
  private final Frontier frontier = new Frontier();

  @Actor
  public void log() {
    frontier.unstableFrom(0);
    frontier.advance(5, 0);
    frontier.advance(6, Long.MAX_VALUE);
    frontier.unstableFrom(6);
    frontier.advance(9, 6);
  }

  @Actor
  public void reader(JJ_Result seen) {
    seen.r1 = frontier.stable();
    seen.r2 = frontier.stable();
  }
}

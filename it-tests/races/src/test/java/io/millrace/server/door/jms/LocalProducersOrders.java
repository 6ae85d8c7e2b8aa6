package io.millrace.server.door.jms;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two shards add ids to {@link LocalProducers} at the same time: each finds its own from then on,
 * and both are there in the end.
 */
@JCStressTest
@State
@Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "Each is there at once, and both in the end.")
@Outcome(expect = FORBIDDEN, desc = "An id was lost.")
public class LocalProducersOrders {
  private final LocalProducers producers = new LocalProducers();
  private boolean one;
  private boolean other;

  @Actor
  public void one() {
    producers.add(1);
    one = producers.contains(1);
  }

  @Actor
  public void other() {
    producers.add(2);
    other = producers.contains(2);
  }

  @Arbiter
  public void end(II_Result seen) {
    seen.r1 = (one ? 1 : 0) + (other ? 1 : 0);
    seen.r2 = (producers.contains(1) ? 1 : 0) + (producers.contains(2) ? 1 : 0);
  }
}

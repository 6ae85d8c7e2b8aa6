package io.millrace.server.partition;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * One writes the high watermark and reads {@link OffsetWaiters}, the other enters it and reads the
 * high watermark: neither write may be late for the other's reading.
 */
@JCStressTest
@State
@Outcome(id = "1", expect = ACCEPTABLE, desc = "Woken.")
@Outcome(expect = FORBIDDEN, desc = "Asleep for ever, or woken twice.")
public class OffsetWaitersOrders {
  private volatile long highWatermark;
  private final OffsetWaiters waiters = new OffsetWaiters(9, () -> highWatermark);
  private int woken;

  @Actor
  public void shard() {
    highWatermark = 1;
    waiters.advance(1);
  }

  @Actor
  public void reader() {
    waiters.add(0, () -> woken++);
  }

  @Arbiter
  public void end(I_Result seen) {
    seen.r1 = woken;
  }
}

package io.millrace.server.net;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Who needs bytes of a {@link MemoryBudget} goes on, whenever they are given back. */
@JCStressTest
@State
@Outcome(id = "1", expect = ACCEPTABLE, desc = "Goes on.")
@Outcome(expect = FORBIDDEN, desc = "Waits for ever, or goes on twice.")
public class MemoryBudgetOrders {
  private final MemoryBudget budget = new MemoryBudget(10);
  private int going;

  public MemoryBudgetOrders() {
    budget.tryAcquire(1);
    budget.tryAcquire(9);
  }

  @Actor
  public void releases() {
    budget.release(9);
  }

  @Actor
  public void needs() {
    if (budget.tryAcquire(5)) {
      going++;
    } else {
      budget.onRelease(5, () -> going++);
    }
  }

  @Arbiter
  public void end(I_Result seen) {
    seen.r1 = going;
  }
}

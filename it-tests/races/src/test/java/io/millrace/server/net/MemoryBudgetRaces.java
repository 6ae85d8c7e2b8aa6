package io.millrace.server.net;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link MemoryBudget}: never given out twice, and nobody waits for bytes that are there. */
public final class MemoryBudgetRaces {
  private MemoryBudgetRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("nobody waits for memory that was given back", 30, MemoryBudgetRaces::givenBack),
        new Race("memory is not given out twice", 30, MemoryBudgetRaces::twice),
        new Race("who waits for memory is told once", 30, MemoryBudgetRaces::toldOnce));
  }

  private static void twice() {
    MemoryBudget budget = new MemoryBudget(10);
    AtomicInteger admitted = new AtomicInteger();
    together(
        () -> admitted.addAndGet(budget.tryAcquire(6) ? 1 : 0),
        () -> admitted.addAndGet(budget.tryAcquire(6) ? 1 : 0));
    check(admitted.get() == 1, "one of two is admitted, not " + admitted.get());
    check(budget.usedBytes() == 6, "only what is admitted counts");
  }

  /** Somebody keeps a little for long: that must not hold up who needs what another gives back. */
  private static void givenBack() {
    MemoryBudget budget = new MemoryBudget(10);
    budget.tryAcquire(1);
    budget.tryAcquire(9);
    AtomicInteger going = new AtomicInteger();
    together(() -> budget.release(9), () -> take(budget, 5, going));
    check(going.get() == 1, "goes on with the bytes that were given back");
  }

  private static void take(MemoryBudget budget, int bytes, AtomicInteger going) {
    if (budget.tryAcquire(bytes)) {
      going.incrementAndGet();
    } else {
      budget.onRelease(bytes, () -> going.incrementAndGet());
    }
  }

  private static void toldOnce() {
    MemoryBudget budget = new MemoryBudget(10);
    budget.tryAcquire(5);
    budget.tryAcquire(5);
    AtomicInteger going = new AtomicInteger();
    budget.onRelease(5, () -> going.incrementAndGet());
    together(() -> budget.release(5), () -> budget.release(5));
    check(going.get() == 1, "told once, not " + going.get() + " times");
  }
}

package io.millrace.server.shard;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link Gather}: one end, whatever order the answers come in. */
public final class GatherRaces {
  private GatherRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("answers that all came are told once", 30, GatherRaces::all3),
        new Race(
            "of answers of which some fail the first failure is told", 30, GatherRaces::failed));
  }

  private static void all3() {
    AtomicInteger done = new AtomicInteger();
    Gather gather = new Gather(3, () -> done.incrementAndGet(), e -> done.addAndGet(100));
    together(() -> gather.oneDone(), () -> gather.oneDone(), () -> gather.oneDone());
    check(done.get() == 1, "told once, not " + done.get() + " times");
  }

  private static void failed() {
    AtomicInteger failures = new AtomicInteger();
    Gather gather = new Gather(3, () -> failures.addAndGet(100), e -> failures.incrementAndGet());
    together(
        () -> gather.fail(new IllegalStateException("first")),
        () -> gather.oneDone(),
        () -> gather.fail(new IllegalStateException("second")));
    check(failures.get() == 1, "one failure is told, not " + failures.get());
  }
}

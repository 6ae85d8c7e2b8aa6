package io.millrace.server.net;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.kernel.VirtualClock;
import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link Refusals}: one line at a time, and the next one says how many had none. */
public final class RefusalsRaces {
  private RefusalsRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("every refusal is in the log, or counted there", 30, RefusalsRaces::counted));
  }

  private static void counted() {
    VirtualClock clock = new VirtualClock(0);
    Refusals refusals = new Refusals(clock);
    AtomicInteger lines = new AtomicInteger();
    together(
        () -> refuse(refusals, lines),
        () -> refuse(refusals, lines),
        () -> refuse(refusals, lines));
    check(lines.get() == 1, "one line, not " + lines.get());
    clock.advanceToNs(TimeUnit.MINUTES.toNanos(1));
    long skipped = refusals.count();
    check(skipped == 2, "the other two are counted, not " + skipped);
  }

  private static void refuse(Refusals refusals, AtomicInteger lines) {
    if (refusals.count() != Refusals.NOT_NOW) {
      lines.incrementAndGet();
    }
  }
}

package io.millrace.server.door.kafka.api;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link Tally}: runs once, behind the last answer. */
public final class TallyRaces {
  private TallyRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("answers are counted whatever thread brings them", 30, TallyRaces::count));
  }

  private static void count() {
    AtomicInteger came = new AtomicInteger();
    AtomicInteger ran = new AtomicInteger();
    Tally tally =
        new Tally(
            3,
            () -> {
              check(came.get() == 3, "behind the last answer");
              ran.incrementAndGet();
            });
    together(() -> answer(tally, came), () -> answer(tally, came), () -> answer(tally, came));
    check(ran.get() == 1, "runs once, not " + ran.get() + " times");
  }

  private static void answer(Tally tally, AtomicInteger came) {
    came.incrementAndGet();
    tally.count();
  }
}

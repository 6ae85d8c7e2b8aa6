package io.millrace.server.door.kafka.fetch;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link FetchSessionLimit}: never beyond the limit, and what fits is not refused. */
public final class FetchSessionLimitRaces {
  private FetchSessionLimitRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race(
            "sessions fill their limit together and do not exceed it",
            100,
            FetchSessionLimitRaces::limit),
        new Race("sessions have different ids", 30, FetchSessionLimitRaces::ids));
  }

  private static void limit() {
    FetchSessionLimit limit = new FetchSessionLimit(10);
    AtomicInteger admitted = new AtomicInteger();
    together(
        () -> admitted.addAndGet(limit.admit(6) ? 6 : 0),
        () -> admitted.addAndGet(limit.admit(6) ? 6 : 0),
        () -> admitted.addAndGet(limit.admit(4) ? 4 : 0));
    check(admitted.get() == 10, "whatever the order, a large one and the small one fit");
    check(limit.partitions() == admitted.get(), "what is admitted counts, and only that");
  }

  private static void ids() {
    FetchSessionLimit limit = new FetchSessionLimit(10);
    AtomicInteger sum = new AtomicInteger();
    together(() -> sum.addAndGet(limit.nextId()), () -> sum.addAndGet(limit.nextId()));
    check(sum.get() == 3, "one has 1, the other 2");
  }
}

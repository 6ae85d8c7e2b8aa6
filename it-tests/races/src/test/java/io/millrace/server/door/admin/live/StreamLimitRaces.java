package io.millrace.server.door.admin.live;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link StreamLimit}: never more streams than allowed. */
public final class StreamLimitRaces {
  private StreamLimitRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("an event stream has the place that is free", 30, StreamLimitRaces::free),
        new Race("no more event streams than allowed", 30, StreamLimitRaces::most));
  }

  private static void free() {
    StreamLimit limit = new StreamLimit(1);
    limit.tryAcquire();
    AtomicInteger open = new AtomicInteger();
    together(
        () -> open.addAndGet(limit.tryAcquire() ? 1 : 0),
        () -> {
          limit.release();
          open.addAndGet(limit.tryAcquire() ? 1 : 0);
        });
    check(open.get() == 1, "one of the two, not " + open.get());
  }

  private static void most() {
    StreamLimit limit = new StreamLimit(1);
    AtomicInteger open = new AtomicInteger();
    together(() -> openAndClose(limit, open), () -> openAndClose(limit, open));
    check(limit.open() == 0, "all places are free again");
    check(limit.tryAcquire(), "a free place can be taken");
  }

  private static void openAndClose(StreamLimit limit, AtomicInteger open) {
    if (limit.tryAcquire()) {
      check(open.incrementAndGet() == 1, "one stream at a time");
      open.decrementAndGet();
      limit.release();
    }
  }
}

package io.millrace.server.partition;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** {@link OffsetWaiters}: nobody sleeps past the offset, and nobody is told twice. */
public final class OffsetWaitersRaces {
  private OffsetWaitersRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race(
            "who waits while the offset passes is woken once", 30, OffsetWaitersRaces::passing),
        new Race("who waits while the partition closes is woken once", 30, OffsetWaitersRaces::end),
        new Race("a wait is ended by one of waking and cancelling", 30, OffsetWaitersRaces::either),
        new Race("places are neither lost nor given twice", 30, OffsetWaitersRaces::places));
  }

  private static void passing() {
    AtomicLong highWatermark = new AtomicLong();
    AtomicInteger woken = new AtomicInteger();
    OffsetWaiters waiters = new OffsetWaiters(5, () -> highWatermark.get());
    together(
        () -> waiters.add(0, () -> woken.incrementAndGet()),
        () -> {
          highWatermark.set(1);
          waiters.advance(1);
        });
    check(woken.get() == 1, "woken once, not " + woken.get() + " times");
  }

  private static void end() {
    AtomicInteger woken = new AtomicInteger();
    OffsetWaiters waiters = new OffsetWaiters(5, () -> 0);
    together(() -> waiters.add(7, () -> woken.incrementAndGet()), () -> waiters.close());
    check(woken.get() == 1, "woken once, not " + woken.get() + " times");
  }

  private static void either() {
    AtomicInteger ended = new AtomicInteger();
    OffsetWaiters waiters = new OffsetWaiters(5, () -> 0);
    OffsetWait wait = waiters.add(0, () -> ended.incrementAndGet());
    together(
        () -> waiters.advance(1),
        () -> {
          if (wait.cancel()) {
            ended.incrementAndGet();
          }
        },
        () -> waiters.close());
    check(ended.get() == 1, "ended once, not " + ended.get() + " times");
  }

  private static void places() {
    AtomicInteger places = new AtomicInteger();
    OffsetWaiters waiters = new OffsetWaiters(1, () -> 0);
    together(() -> waitAndCancel(waiters, places), () -> waitAndCancel(waiters, places));
    waiters.add(0, () -> {}).cancel();
  }

  private static void waitAndCancel(OffsetWaiters waiters, AtomicInteger places) {
    OffsetWait wait;
    try {
      wait = waiters.add(0, () -> {});
    } catch (BusyException taken) {
      return;
    }
    check(places.incrementAndGet() == 1, "one place is given once");
    places.decrementAndGet();
    check(wait.cancel(), "a wait that nobody ended can be cancelled");
  }
}

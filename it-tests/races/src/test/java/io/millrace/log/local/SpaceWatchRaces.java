package io.millrace.log.local;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.kernel.VirtualClock;
import io.millrace.log.StoreHealth;
import io.millrace.log.local.segment.FileCacheRaces;
import io.millrace.races.Race;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/** {@link SpaceWatch}: a failure is for good, and the disk is looked at once at a time. */
public final class SpaceWatchRaces {
  private static final LocalStoreConfig CONFIG = LocalStoreConfig.small();
  private static final long MUCH = Long.MAX_VALUE;

  private SpaceWatchRaces() {}

  static {
    // The model checker does not get through what writes lines.
    ((Logger) LoggerFactory.getLogger(SpaceWatch.class)).setLevel(Level.OFF);
  }

  public static List<Race> all() {
    return List.of(
        new Race("a store that failed stays so", 60, SpaceWatchRaces::forGood),
        new Race("a store that failed is not only full", 60, SpaceWatchRaces::notOnlyFull),
        new Race("one thread looks at the disk when it is time", 30, SpaceWatchRaces::looksOnce));
  }

  private static void forGood() {
    AtomicLong usable = new AtomicLong(0);
    VirtualClock clock = new VirtualClock(0);
    SpaceWatch space = new SpaceWatch(FileCacheRaces.emptyDisk(() -> usable.get()), clock, CONFIG);
    check(space.health() == StoreHealth.FULL, "there is no space yet");
    usable.set(MUCH);
    clock.advanceToNs(TimeUnit.HOURS.toNanos(1));
    together(
        () -> space.checkIfDue(),
        () -> space.onFailure("the test", new IOException("broken")),
        () -> space.onNoSpace(new IOException("full")));
    check(space.health() == StoreHealth.FAILED, "failed, not " + space.health());
    check(space.failure() != null, "with its reason");
  }

  private static void notOnlyFull() {
    SpaceWatch space =
        new SpaceWatch(FileCacheRaces.emptyDisk(() -> MUCH), new VirtualClock(0), CONFIG);
    together(
        () -> space.onNoSpace(new IOException("full")),
        () -> space.onFailure("the test", new IOException("broken")));
    check(space.health() == StoreHealth.FAILED, "failed, not " + space.health());
  }

  private static void looksOnce() {
    AtomicInteger looks = new AtomicInteger();
    VirtualClock clock = new VirtualClock(0);
    SpaceWatch space =
        new SpaceWatch(
            FileCacheRaces.emptyDisk(
                () -> {
                  looks.incrementAndGet();
                  return MUCH;
                }),
            clock,
            CONFIG);
    clock.advanceToNs(TimeUnit.HOURS.toNanos(1));
    int before = looks.get();
    together(() -> space.checkIfDue(), () -> space.checkIfDue());
    check(looks.get() == before + 1, "looked at once, not " + (looks.get() - before) + " times");
  }
}

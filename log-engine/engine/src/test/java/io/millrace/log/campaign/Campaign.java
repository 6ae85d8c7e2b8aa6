package io.millrace.log.campaign;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.kernel.Clock;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Lives random histories one after the other, each decided by its seed. In a test, so many; as a
 * program, until it is stopped or finds something.
 */
public final class Campaign {
  private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(10);

  /** One history. */
  public interface Life {
    /**
     * Lives it.
     *
     * @throws AssertionError with the seed in its message
     */
    Tally live(long seed);
  }

  private final String name;
  private final Life life;

  /**
   * @param name of the command {@code ./millrace campaign}
   */
  public Campaign(String name, Life life) {
    this.name = name;
    this.life = life;
  }

  /**
   * Lives the histories of so many seeds.
   *
   * @throws AssertionError with the seed in its message
   */
  public Tally run(long firstSeed, int count) {
    Tally tally = Tally.NOTHING;
    Logger all = (Logger) LoggerFactory.getLogger("io.millrace");
    Level before = all.getLevel();
    // Faults are reported as errors, with their traces: that is right, but there are thousands.
    all.setLevel(Level.OFF);
    try {
      for (long seed = firstSeed; seed < firstSeed + count; seed++) {
        tally = tally.plus(life.live(seed));
      }
    } finally {
      all.setLevel(before);
    }
    return tally;
  }

  /**
   * Runs as a program: {@code [--seed N] [--minutes M]}. Without a number of minutes it goes on
   * until it is stopped or finds something, whose seed it prints.
   *
   * @return the exit code: 0, 1 when it found something, 2 when the arguments are wrong
   */
  public int run(String[] arguments) {
    long seed = Clock.SYSTEM.wallMs();
    long endNs = Long.MAX_VALUE;
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length || !arguments[i + 1].matches("\\d{1,18}")) {
        return usage();
      }
      long number = Long.parseLong(arguments[i + 1]);
      switch (arguments[i]) {
        case "--seed" -> seed = number;
        case "--minutes" -> endNs = Clock.SYSTEM.nanoTime() + TimeUnit.MINUTES.toNanos(number);
        default -> {
          return usage();
        }
      }
    }
    return run(seed, endNs);
  }

  private int usage() {
    System.err.println("Usage: ./millrace campaign " + name + " [--seed N] [--minutes M]");
    return 2;
  }

  private int run(long firstSeed, long endNs) {
    long startNs = Clock.SYSTEM.nanoTime();
    long reportNs = startNs + REPORT_NS;
    Tally tally = Tally.NOTHING;
    long seed = firstSeed;
    System.out.println("histories from seed " + firstSeed + " on");
    while (seed == firstSeed || Clock.SYSTEM.nanoTime() - endNs < 0) {
      try {
        tally = tally.plus(run(seed, 1));
      } catch (AssertionError found) {
        found.printStackTrace(System.out);
        System.out.println(
            "FOUND by ./millrace campaign " + name + " --seed " + seed + " --minutes 0");
        return 1;
      }
      seed++;
      if (Clock.SYSTEM.nanoTime() - reportNs >= 0) {
        reportNs += REPORT_NS;
        report(seed - firstSeed, tally, startNs);
      }
    }
    report(seed - firstSeed, tally, startNs);
    return 0;
  }

  private static void report(long histories, Tally tally, long startNs) {
    double seconds = (Clock.SYSTEM.nanoTime() - startNs) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%d histories, %d crashes, %d other faults, %.1f million steps (%.1f million a minute), %.0f s,"
            + " nothing found%n",
        histories,
        tally.crashes(),
        tally.faults(),
        tally.steps() / 1e6,
        tally.steps() / 1e6 / seconds * 60,
        seconds);
  }
}

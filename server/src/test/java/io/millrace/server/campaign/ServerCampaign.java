package io.millrace.server.campaign;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.kernel.Clock;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Lives random histories one after the other, each decided by its seed.
 *
 * <p>As a program: {@code ServerCampaign [--seed N] [--minutes M]}. Without a number of minutes it
 * goes on until it is stopped or finds something. It prints the seed of what it finds, and ends
 * with 1 then.
 */
public final class ServerCampaign {
  private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(10);

  private ServerCampaign() {}

  /**
   * Lives the histories of so many seeds.
   *
   * @return how often a server died
   * @throws AssertionError with the seed in its message
   */
  static int run(long firstSeed, int count) {
    int crashes = 0;
    Logger engine = (Logger) LoggerFactory.getLogger("io.millrace");
    Level before = engine.getLevel();
    // Faults are reported as errors, with their traces: that is right, but there are thousands.
    engine.setLevel(Level.OFF);
    try {
      for (long seed = firstSeed; seed < firstSeed + count; seed++) {
        crashes += new ServerHistory(seed).run();
      }
    } finally {
      engine.setLevel(before);
    }
    return crashes;
  }

  public static void main(String[] arguments) {
    long seed = Clock.SYSTEM.wallMs();
    long endNs = Long.MAX_VALUE;
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length || !arguments[i + 1].matches("\\d{1,18}")) {
        usage();
        return;
      }
      long number = Long.parseLong(arguments[i + 1]);
      switch (arguments[i]) {
        case "--seed" -> seed = number;
        case "--minutes" -> endNs = Clock.SYSTEM.nanoTime() + TimeUnit.MINUTES.toNanos(number);
        default -> {
          usage();
          return;
        }
      }
    }
    System.exit(campaign(seed, endNs));
  }

  private static void usage() {
    System.err.println("Usage: ./millrace campaign server [--seed N] [--minutes M]");
    System.exit(2);
  }

  private static int campaign(long firstSeed, long endNs) {
    long startNs = Clock.SYSTEM.nanoTime();
    long reportNs = startNs + REPORT_NS;
    long crashes = 0;
    long seed = firstSeed;
    System.out.println("histories from seed " + firstSeed + " on");
    while (seed == firstSeed || Clock.SYSTEM.nanoTime() - endNs < 0) {
      try {
        crashes += run(seed, 1);
      } catch (AssertionError found) {
        found.printStackTrace(System.out);
        System.out.println("FOUND by ./millrace campaign server --seed " + seed + " --minutes 0");
        return 1;
      }
      seed++;
      if (Clock.SYSTEM.nanoTime() - reportNs >= 0) {
        reportNs += REPORT_NS;
        report(seed - firstSeed, crashes, startNs);
      }
    }
    report(seed - firstSeed, crashes, startNs);
    return 0;
  }

  private static void report(long histories, long crashes, long startNs) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(Clock.SYSTEM.nanoTime() - startNs);
    System.out.println(
        histories + " histories, " + crashes + " crashes, " + seconds + " s, nothing found");
  }
}

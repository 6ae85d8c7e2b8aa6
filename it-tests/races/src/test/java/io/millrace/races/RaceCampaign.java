package io.millrace.races;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Searches further than a build does: in each round twice as many orders of steps, and twice as
 * long on the memory of the machine. Called by {@code ./millrace campaign races}.
 */
public final class RaceCampaign {
  private static final int FIRST_MS = 500;
  private static final int MAX_DOUBLINGS = 16;

  private final long endNs;
  private final List<Race> races;

  private RaceCampaign(long endNs, List<Race> races) {
    this.endNs = endNs;
    this.races = races;
  }

  /** Ends with 0 when the time is up, with 1 at a finding, which it prints, with 2 when misused. */
  public static void main(String[] args) throws Exception {
    long minutes = Long.MAX_VALUE;
    String only = "";
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 < args.length && args[i].equals("--minutes") && args[i + 1].matches("\\d{1,6}")) {
        minutes = Long.parseLong(args[i + 1]);
      } else if (i + 1 < args.length && args[i].equals("--only")) {
        only = args[i + 1];
      } else {
        System.err.println("Usage: ./millrace campaign races [--minutes M] [--only TEXT]");
        System.exit(2);
      }
    }
    String text = only;
    List<Race> races = Races.all().stream().filter(race -> race.name().contains(text)).toList();
    if (races.isEmpty()) {
      System.err.println("no race is named like that: " + only);
      System.exit(2);
    }
    long forNs = minutes == Long.MAX_VALUE ? Long.MAX_VALUE / 2 : TimeUnit.MINUTES.toNanos(minutes);
    System.exit(new RaceCampaign(System.nanoTime() + forNs, races).run(only.isEmpty()) ? 0 : 1);
  }

  private boolean run(boolean memoryToo) throws Exception {
    for (int round = 0; ; round++) {
      int times = 1 << Math.min(round, MAX_DOUBLINGS);
      for (int i = 0; i < races.size(); i++) {
        if (!searched(races.get(i), times)) {
          return false;
        }
        if (isOver() && (memoryToo || i < races.size() - 1)) {
          reportEnd(round, i + 1, memoryToo);
          return true;
        }
      }
      if (memoryToo && !holdsInMemory(times)) {
        return false;
      }
      if (isOver()) {
        reportEnd(round + 1, 0, memoryToo);
        return true;
      }
    }
  }

  /** Says what there was time for: whole rounds, and races of another. */
  private void reportEnd(int rounds, int more, boolean memoryToo) {
    String memory = !memoryToo ? "" : rounds > 0 ? " and memory orders" : ", not memory orders";
    System.out.printf(
        "the time is up: %d of %d races were run%s; %d whole rounds, and %d races of another;"
            + " nothing found%n",
        rounds > 0 ? races.size() : more, races.size(), memory, rounds, more);
  }

  private boolean isOver() {
    return System.nanoTime() - endNs >= 0;
  }

  private static boolean searched(Race race, int times) {
    long startNs = System.nanoTime();
    try {
      race.search(times);
    } catch (AssertionError | RuntimeException found) {
      System.out.println("FOUND: \"" + race.name() + "\" does not hold: " + found);
      return false;
    }
    System.out.printf(
        "%s: %d orders in %.1f s%n",
        race.name(), race.orders() * times, (System.nanoTime() - startNs) / 1e9);
    return true;
  }

  private static boolean holdsInMemory(int times) throws Exception {
    Path reports = Files.createTempDirectory("millrace-races");
    int ms = FIRST_MS * Math.min(times, 1000);
    MemoryOrders.Result result = MemoryOrders.run(reports, ms);
    if (!result.ended()) {
      System.out.println("FOUND on the memory of this machine, reports in " + reports);
      System.out.println(result.output());
      return false;
    }
    System.out.println("memory orders: " + ms + " ms each; reports in " + reports);
    return true;
  }
}

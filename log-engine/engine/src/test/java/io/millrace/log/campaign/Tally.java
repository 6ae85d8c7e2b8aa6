package io.millrace.log.campaign;

/**
 * What histories consisted of.
 *
 * @param crashes how often something was ended in the middle of its work
 * @param faults what else went wrong: disks that failed, were slow or filled up, clocks that jumped
 * @param steps of agents
 */
public record Tally(long crashes, long faults, long steps) {
  static final Tally NOTHING = new Tally(0, 0, 0);

  Tally plus(Tally other) {
    return new Tally(crashes + other.crashes, faults + other.faults, steps + other.steps);
  }
}

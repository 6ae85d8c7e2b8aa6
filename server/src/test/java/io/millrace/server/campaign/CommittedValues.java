package io.millrace.server.campaign;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a group may have committed for one partition. Each value is committed once, so that it says
 * which commit has won. One thread.
 */
final class CommittedValues {
  static final long NONE = -1;

  private long last;

  /** The newest value that is known to have been there. */
  private long settled = NONE;

  /** Values of which nobody knows whether they were taken, or will be, with their generations. */
  private final Map<Long, Integer> open = new LinkedHashMap<>();

  long begin(int generation) {
    last++;
    open.put(last, generation);
    return last;
  }

  void accepted(long value) {
    open.remove(value);
    settled = Math.max(settled, value);
  }

  void refused(long value) {
    open.remove(value);
  }

  /** What may be found now. */
  Set<Long> possible() {
    Set<Long> all = new TreeSet<>(open.keySet());
    all.add(settled);
    return all;
  }

  /**
   * A member of a generation has found a value: what older generations have sent and what was not
   * taken by now must never be.
   */
  void found(long value, int generation) {
    open.values().removeIf(of -> of < generation);
    if (open.remove(value) != null || value > settled) {
      settled = value;
    }
  }

  @Override
  public String toString() {
    return settled + " or " + open;
  }
}

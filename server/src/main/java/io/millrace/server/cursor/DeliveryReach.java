package io.millrace.server.cursor;

/**
 * How far a cursor part may deliver, and which messages may have been delivered before a crash that
 * nobody remembers. The reach is recorded some way ahead of the deliveries, so that they seldom
 * wait for it to be durable. The shard's thread.
 */
final class DeliveryReach {
  /** At most so many messages that were not delivered are taken for delivered after a crash. */
  static final int STRIDE = 512;

  private long durable;
  private int generation;
  private long suspectsEnd;

  /** Begins with what the state log knows. */
  void recovered(long recorded) {
    durable = recorded;
    suspectsEnd = recorded;
  }

  /** What was not stable in the log at the crash cannot have been delivered. */
  void opened(long stableOffset) {
    suspectsEnd = Math.min(suspectsEnd, stableOffset);
  }

  /** Whether a message may have been delivered before the crash. */
  boolean suspects(long offset) {
    return offset < suspectsEnd;
  }

  /** The first offset that may not be delivered yet. */
  long end() {
    return durable;
  }

  /** Whether the recorded reach is to be moved before {@code next} is delivered, or soon. */
  static boolean isShort(long recorded, long next) {
    return next + STRIDE / 2 > recorded;
  }

  /** Changes when the reach begins anew: what was recorded before it does not count any more. */
  int generation() {
    return generation;
  }

  /** A reach that was recorded in a generation is durable. */
  void durableUpTo(long reach, int recordedIn) {
    if (recordedIn == generation) {
      durable = Math.max(durable, reach);
    }
  }

  /** Nothing is in flight; the reach is recorded anew when there is. */
  void ended() {
    durable = 0;
    generation++;
  }

  /** The cursor was put elsewhere; what comes now comes for the first time. */
  void moved() {
    ended();
    suspectsEnd = 0;
  }
}

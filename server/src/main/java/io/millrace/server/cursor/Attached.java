package io.millrace.server.cursor;

import java.util.ArrayList;
import java.util.List;

/** A consumer at one cursor part: what is in flight to it. The shard's thread. */
final class Attached {
  /** Who has so many messages is worth a word, and again with each ten times as many. */
  private static final long FIRST_HOARD = 10_000;

  private CursorConsumer consumer;
  private final OffsetSet inFlight = new OffsetSet();
  private final List<DeliveredRun> outgoing = new ArrayList<>();
  private long nextHoard = FIRST_HOARD;

  /** As many may be delivered before {@link #nextHoard} can be reached. */
  private long beforeNextHoard = FIRST_HOARD;

  private boolean stopped;
  private boolean leaving;

  Attached(CursorConsumer consumer) {
    this.consumer = consumer;
  }

  CursorConsumer consumer() {
    return consumer;
  }

  /** The same consumer, come back on another connection. */
  void replace(CursorConsumer renewed) {
    consumer = renewed;
    stopped = false;
    leaving = false;
  }

  OffsetSet inFlight() {
    return inFlight;
  }

  /** Takes no more messages, but still has some. */
  void stop() {
    stopped = true;
  }

  /** Takes no more messages, and ends with the last one that it has. */
  void leave() {
    stopped = true;
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }

  int available() {
    return stopped ? 0 : consumer.available();
  }

  /** The part of some runs that is in flight here. */
  List<OffsetRun> holding(List<OffsetRun> runs) {
    List<OffsetRun> held = new ArrayList<>(runs.size());
    for (OffsetRun run : runs) {
      inFlight.forEachRun(
          run.first(), run.last(), (first, last) -> held.add(new OffsetRun(first, last)));
    }
    return held;
  }

  /** Whether all of these are in flight here. */
  boolean holdsAll(List<OffsetRun> runs) {
    for (OffsetRun run : runs) {
      if (!inFlight.contains(run.first()) || inFlight.runEnd(run.first()) < run.last()) {
        return false;
      }
    }
    return true;
  }

  void add(DeliveredRun run) {
    outgoing.add(run);
    beforeNextHoard -= run.count();
  }

  /**
   * Whether more is in flight here than when this was last true: {@value #FIRST_HOARD} messages,
   * then ten times as many, and so on, so that it is seldom true however long a consumer goes on.
   */
  boolean hoards() {
    if (beforeNextHoard > 0) {
      return false;
    }
    long count = inFlight.size();
    boolean more = count >= nextHoard;
    while (count >= nextHoard) {
      nextHoard *= 10;
    }
    beforeNextHoard = nextHoard - count;
    return more;
  }

  /** Sends what was added. */
  void flush() {
    if (!outgoing.isEmpty()) {
      List<DeliveredRun> messages = List.copyOf(outgoing);
      outgoing.clear();
      consumer.sink().deliver(messages);
    }
  }
}

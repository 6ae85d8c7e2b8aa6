package io.millrace.server.cursor;

import java.util.ArrayList;
import java.util.List;

/** A consumer at one cursor part: what is in flight to it. The shard's thread. */
final class Attached {
  private CursorConsumer consumer;
  private final OffsetSet inFlight = new OffsetSet();
  private final List<DeliveredRun> outgoing = new ArrayList<>();
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

package io.millrace.jms.testserver;

import io.millrace.batch.RecordBatchView;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.DeliverChunk;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The messages of one destination, in memory. */
public final class MemoryQueue {
  private final String name;
  private final List<Stored> messages = new ArrayList<>();

  MemoryQueue(String name) {
    this.name = name;
  }

  /** One message with what became of it. */
  static final class Stored {
    final long baseOffset;
    final long baseTimestamp;
    final ByteBuffer record;
    int deliveryCount = 1;
    @Nullable String heldBy;
    private boolean settled;

    Stored(long baseOffset, long baseTimestamp, ByteBuffer record) {
      this.baseOffset = baseOffset;
      this.baseTimestamp = baseTimestamp;
      this.record = record;
    }

    boolean isSettled() {
      return settled;
    }
  }

  String name() {
    return name;
  }

  /** How many messages were ever sent. */
  public synchronized int size() {
    return messages.size();
  }

  /** How many messages are settled. */
  public synchronized long settled() {
    return messages.stream().filter(m -> m.settled).count();
  }

  synchronized Stored at(long offset) {
    return messages.get((int) offset);
  }

  synchronized long append(RecordBatchView batch) {
    long base = messages.size();
    for (ByteBuffer record : MemoryBroker.records(batch)) {
      messages.add(new Stored(base, batch.baseTimestamp(), record));
    }
    return base;
  }

  synchronized List<Stored> take(String consumer, long credit) {
    List<Stored> taken = new ArrayList<>();
    for (Stored message : messages) {
      if (taken.size() == credit) {
        break;
      }
      if (!message.settled && message.heldBy == null) {
        message.heldBy = consumer;
        taken.add(message);
      }
    }
    return taken;
  }

  synchronized void settle(String consumer, OffsetRange range, Outcome outcome) {
    for (long offset = range.first(); offset <= range.last(); offset++) {
      Stored message = at(offset);
      if (consumer.equals(message.heldBy)) {
        message.heldBy = null;
        message.settled = outcome == Outcome.ACCEPT || outcome == Outcome.REJECT;
        message.deliveryCount += outcome == Outcome.RELEASE ? 1 : 0;
      }
    }
  }

  synchronized boolean holds(String consumer, OffsetRange range) {
    for (long offset = range.first(); offset <= range.last(); offset++) {
      if (!consumer.equals(at(offset).heldBy)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Takes up what a consumer still holds after a reconnect; gives what it has lost. What it does
   * not hold any more is free.
   */
  synchronized List<OffsetRange> hold(String consumer, List<OffsetRange> held) {
    for (Stored message : messages) {
      if (consumer.equals(message.heldBy)) {
        message.heldBy = null;
      }
    }
    List<OffsetRange> lost = new ArrayList<>();
    for (OffsetRange range : held) {
      for (long offset = range.first(); offset <= range.last(); offset++) {
        Stored message = at(offset);
        if (message.settled || message.heldBy != null) {
          lost.add(new OffsetRange(0, offset, offset));
        } else {
          message.heldBy = consumer;
        }
      }
    }
    return lost;
  }

  /** Another consumer takes a message away from whoever holds it, as after a fail-over. */
  public synchronized void steal(long offset) {
    at(offset).heldBy = "thief " + UUID.randomUUID();
  }

  synchronized void releaseAll(String consumer) {
    for (Stored message : messages) {
      if (consumer.equals(message.heldBy)) {
        message.heldBy = null;
        message.deliveryCount++;
      }
    }
  }

  static Deliver deliver(int consumerId, List<Stored> messages) {
    List<DeliverChunk> chunks = new ArrayList<>();
    int from = 0;
    while (from < messages.size()) {
      Stored first = messages.get(from);
      int to = from;
      int size = 0;
      while (to < messages.size() && messages.get(to).baseOffset == first.baseOffset) {
        size += messages.get(to++).record.remaining();
      }
      ByteBuffer records = ByteBuffer.allocate(size);
      int[] counts = new int[to - from];
      for (int i = from; i < to; i++) {
        records.put(messages.get(i).record.duplicate());
        counts[i - from] = messages.get(i).deliveryCount;
      }
      chunks.add(
          DeliverChunk.of(
              0,
              first.baseOffset,
              first.baseTimestamp,
              counts.length,
              DeliverChunk.deliveryCountsOf(counts),
              records.flip()));
      from = to;
    }
    return new Deliver(consumerId, chunks);
  }
}

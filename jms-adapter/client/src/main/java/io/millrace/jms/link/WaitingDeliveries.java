package io.millrace.jms.link;

import io.millrace.batch.InvalidBatchException;
import io.millrace.batch.RecordIterator;
import io.millrace.jms.wire.DeliverChunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait at a consumer: as they came, in chunks, until they are taken or must be
 * looked at one by one. Guarded by the consumer's lock.
 */
final class WaitingDeliveries {
  private final Deque<Delivery> unpacked = new ArrayDeque<>();
  private final Deque<DeliverChunk> chunks = new ArrayDeque<>();
  private final RecordIterator records = new RecordIterator();
  private @Nullable DeliverChunk open;
  private int openIndex;
  private int count;

  int count() {
    return count;
  }

  void add(DeliverChunk chunk) {
    chunks.add(chunk);
    count += chunk.count();
  }

  /** Puts messages in front, in their order. */
  void addFirst(List<Delivery> deliveries) {
    for (int i = deliveries.size() - 1; i >= 0; i--) {
      unpacked.addFirst(deliveries.get(i));
    }
    count += deliveries.size();
  }

  /**
   * Takes the first message.
   *
   * @throws InvalidBatchException if the server sent what is no record
   */
  @Nullable Delivery next() {
    Delivery next = unpacked.isEmpty() ? nextOfChunks() : unpacked.poll();
    if (next != null) {
      count--;
    }
    return next;
  }

  private @Nullable Delivery nextOfChunks() {
    while (true) {
      DeliverChunk chunk = open;
      if (chunk == null) {
        chunk = chunks.poll();
        if (chunk == null) {
          return null;
        }
        open = chunk;
        openIndex = 0;
        records.over(
            chunk.baseOffset(),
            chunk.baseTimestamp(),
            chunk.hasAppendTime(),
            chunk.count(),
            chunk.records());
      }
      if (records.next()) {
        int number = chunk.deliveryCount(openIndex++);
        return new Delivery(records.record().copy(), chunk.partition(), number, chunk.isReplayed());
      }
      open = null;
    }
  }

  /**
   * All messages, which go on waiting.
   *
   * @throws InvalidBatchException if the server sent what is no record
   */
  List<Delivery> all() {
    for (Delivery next = nextOfChunks(); next != null; next = nextOfChunks()) {
      unpacked.add(next);
    }
    return new ArrayList<>(unpacked);
  }

  /** Drops some of {@link #all}. */
  void removeIf(Predicate<Delivery> unwanted) {
    all();
    unpacked.removeIf(unwanted);
    count = unpacked.size();
  }

  /** Drops everything. */
  void clear() {
    unpacked.clear();
    chunks.clear();
    open = null;
    count = 0;
  }
}

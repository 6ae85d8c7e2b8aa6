package io.millrace.server.cursor;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A consumer that remembers what it was given. One thread. */
final class TestConsumer implements DeliverySink {
  private static int made;

  final CursorConsumer handle;

  /** What it holds: offsets and how often each was delivered. */
  final TreeMap<Long, Integer> held = new TreeMap<>();

  final List<Long> received = new ArrayList<>();
  final List<String> values = new ArrayList<>();
  @Nullable RuntimeException closed;
  boolean ended;

  TestConsumer() {
    this(new ConsumerKey(new UUID(7, ++made), 1));
  }

  TestConsumer(ConsumerKey key) {
    handle = new CursorConsumer(key, this);
  }

  ConsumerKey key() {
    return handle.key();
  }

  @Override
  public void deliver(List<DeliveredRun> messages) {
    for (DeliveredRun run : messages) {
      int index = 0;
      for (Records.Read record : Records.of(run)) {
        int count =
            run.deliveryCounts() == null ? 1 : run.deliveryCounts().getShort(2 * index) & 0xffff;
        index++;
        held.put(record.offset(), count);
        received.add(record.offset());
        values.add(record.value());
      }
      if (index != run.count()) {
        throw new AssertionError("a run of " + run.count() + " has " + index + " records");
      }
    }
  }

  @Override
  public void onEnd(int partition) {
    ended = true;
  }

  @Override
  public void onClosed(RuntimeException why) {
    closed = why;
  }
}

package io.millrace.jms.link;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.BatchFormat;
import io.millrace.jms.wire.DeliverChunk;
import io.millrace.races.Race;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** {@link RemoteConsumer}: messages reach who waits for them, once, and so does the end. */
public final class RemoteConsumerRaces {
  private static final ByteBuffer RECORD = record();

  private RemoteConsumerRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("each message is given once to those who wait", 15, RemoteConsumerRaces::once),
        new Race("who waits for a message hears of a start", 15, RemoteConsumerRaces::started),
        new Race("who waits for a message hears of the close", 15, RemoteConsumerRaces::closed));
  }

  private static ByteBuffer record() {
    BatchBuilder batch = new BatchBuilder(256);
    batch.append(0, null, ByteBuffer.wrap(new byte[] {1}));
    return batch.take().position(BatchFormat.HEADER_BYTES).slice();
  }

  private static DeliverChunk message(long offset) {
    return DeliverChunk.of(0, offset, 0, 1, null, RECORD.duplicate());
  }

  private static void once() {
    RemoteConsumer consumer = new Links("").consumer();
    AtomicLong offsets = new AtomicLong();
    together(
        () -> take(consumer, offsets),
        () -> take(consumer, offsets),
        () -> {
          consumer.onDeliver(List.of(message(1)));
          consumer.onDeliver(List.of(message(2)));
        });
    check(offsets.get() == 3, "one has the first, the other the second");
    check(!consumer.hasWaiting(), "nothing is left");
  }

  private static void take(RemoteConsumer consumer, AtomicLong offsets) {
    guarded(
        () -> {
          @Nullable Delivery taken = consumer.await(0, () -> true);
          check(taken != null, "who waits without limit gets a message");
          if (taken != null) {
            offsets.addAndGet(taken.offset());
          }
        });
  }

  private static void started() {
    RemoteConsumer consumer = new Links("").consumer();
    consumer.onDeliver(List.of(message(1)));
    AtomicBoolean started = new AtomicBoolean();
    AtomicLong offset = new AtomicLong();
    together(
        () -> {
          @Nullable Delivery taken = consumer.await(0, () -> started.get());
          offset.set(taken == null ? -1 : taken.offset());
        },
        () -> {
          started.set(true);
          consumer.wake();
        });
    check(offset.get() == 1, "the message is given out");
  }

  private static void closed() {
    RemoteConsumer consumer = new Links("").consumer();
    AtomicBoolean ended = new AtomicBoolean();
    together(() -> ended.set(consumer.await(0, () -> true) == null), () -> consumer.stopWaiting());
    check(ended.get(), "the wait has ended with nothing");
  }
}

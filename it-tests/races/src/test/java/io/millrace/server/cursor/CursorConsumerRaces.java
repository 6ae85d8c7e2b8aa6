package io.millrace.server.cursor;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The credit of a {@link CursorConsumer}, which several shards take from. */
public final class CursorConsumerRaces {
  private static final DeliverySink NOWHERE =
      new DeliverySink() {
        @Override
        public void deliver(List<DeliveredRun> messages) {}

        @Override
        public void onEnd(int partition) {}

        @Override
        public void onClosed(RuntimeException why) {}
      };

  private CursorConsumerRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("credit is neither lost nor spent twice", 30, CursorConsumerRaces::spent),
        new Race("credit that was taken back is not spent", 30, CursorConsumerRaces::takenBack));
  }

  private static CursorConsumer consumer(int credit) {
    CursorConsumer consumer = new CursorConsumer(new ConsumerKey(new UUID(0, 1), 1), NOWHERE);
    consumer.addCredit(credit);
    return consumer;
  }

  private static void spent() {
    CursorConsumer consumer = consumer(3);
    AtomicInteger taken = new AtomicInteger();
    together(
        () -> taken.addAndGet(consumer.take(2)),
        () -> taken.addAndGet(consumer.take(2)),
        () -> consumer.addCredit(1));
    check(taken.get() >= 3, "what is there is taken");
    check(taken.get() + consumer.available() == 4, "all credit is accounted for");
  }

  private static void takenBack() {
    CursorConsumer consumer = consumer(3);
    AtomicInteger taken = new AtomicInteger();
    together(
        () -> consumer.clearCredit(),
        () -> taken.addAndGet(consumer.take(2)),
        () -> taken.addAndGet(consumer.take(2)));
    check(taken.get() <= 3, "no more than was there");
    check(consumer.available() == 0, "nothing is left");
    check(consumer.take(1) == 0, "nothing can be taken");
  }
}

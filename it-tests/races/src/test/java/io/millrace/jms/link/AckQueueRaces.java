package io.millrace.jms.link;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.Outcome;
import io.millrace.races.Race;
import jakarta.jms.JMSException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** {@link AckQueue}: every outcome is sent, and who waits hears when all are confirmed. */
public final class AckQueueRaces {
  private AckQueueRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("every acknowledgement is confirmed", 15, AckQueueRaces::confirmed),
        new Race("who waits for confirmations hears of the link's end", 15, AckQueueRaces::ended));
  }

  private static void confirmed() {
    Links links = new Links("");
    ReentrantLock lock = new ReentrantLock();
    OffsetRanges held = new OffsetRanges();
    held.add(0, 1);
    held.add(0, 2);
    AckQueue acks = new AckQueue(links.link(), 1, 1, lock, held, () -> {});
    together(
        () -> accept(acks, lock, 1),
        () -> accept(acks, lock, 2),
        () -> links.answerNext(id -> new Done(id)));
    Thread waiting = new Thread(() -> guarded(() -> acks.await(0)));
    waiting.start();
    while (links.answerNext(id -> new Done(id))) {
      // Each answer may bring the next request.
    }
    guarded(() -> waiting.join());
    check(held.isEmpty(), "nothing is held any more");
  }

  private static void accept(AckQueue acks, ReentrantLock lock, long offset) {
    lock.lock();
    try {
      acks.add(Outcome.ACCEPT, 0, offset);
      acks.flush();
    } finally {
      lock.unlock();
    }
  }

  private static void ended() {
    Links links = new Links("");
    ReentrantLock lock = new ReentrantLock();
    AckQueue acks = new AckQueue(links.link(), 1, 1, lock, new OffsetRanges(), () -> {});
    AtomicInteger heard = new AtomicInteger();
    together(
        () -> {
          accept(acks, lock, 1);
          try {
            acks.await(0);
          } catch (JMSException failed) {
            heard.incrementAndGet();
          }
        },
        () -> links.link().close());
    check(heard.get() == 1, "the end is heard of");
  }
}

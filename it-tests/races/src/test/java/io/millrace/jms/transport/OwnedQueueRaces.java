package io.millrace.jms.transport;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link OwnedQueue}: it has one owner at a time, who takes everything in its order. */
public final class OwnedQueueRaces {
  private OwnedQueueRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("frames have one writer at a time", 200, OwnedQueueRaces::oneWriter),
        new Race("frames leave in their thread's order", 200, OwnedQueueRaces::inOrder));
  }

  private static void oneWriter() {
    OwnedQueue<Integer> queue = new OwnedQueue<>();
    AtomicInteger owners = new AtomicInteger();
    int[] taken = new int[1];
    together(() -> add(queue, 1, owners, taken), () -> add(queue, 2, owners, taken));
    check(taken[0] == 12 || taken[0] == 21, "each is taken once, not " + taken[0]);
  }

  private static void inOrder() {
    OwnedQueue<Integer> queue = new OwnedQueue<>();
    AtomicInteger owners = new AtomicInteger();
    int[] taken = new int[1];
    together(
        () -> {
          add(queue, 1, owners, taken);
          add(queue, 2, owners, taken);
        },
        () -> add(queue, 3, owners, taken));
    check(
        taken[0] == 123 || taken[0] == 132 || taken[0] == 312,
        "each is taken once, 1 before 2, not " + taken[0]);
  }

  /** Adds, and takes as long as that is this thread's business. */
  private static void add(OwnedQueue<Integer> queue, int what, AtomicInteger owners, int[] taken) {
    boolean mine = queue.add(what);
    while (mine) {
      check(owners.incrementAndGet() == 1, "one owner at a time");
      int count = queue.size();
      for (int i = 0; i < count; i++) {
        check(queue.first() != null, "what is counted is there");
        taken[0] = 10 * taken[0] + queue.take();
      }
      owners.decrementAndGet();
      mine = queue.goesOn(count);
    }
  }
}

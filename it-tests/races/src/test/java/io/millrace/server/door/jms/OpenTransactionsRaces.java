package io.millrace.server.door.jms;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** {@link OpenTransactions}: never more than the bound, and what fits is not refused. */
public final class OpenTransactionsRaces {
  private static final long MOST = 10;

  private OpenTransactionsRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race(
            "transactions fill their bound together and do not exceed it",
            30,
            OpenTransactionsRaces::most),
        new Race("what transactions gave back is free again", 30, OpenTransactionsRaces::back));
  }

  private static void most() {
    OpenTransactions open = new OpenTransactions(MOST);
    AtomicLong taken = new AtomicLong();
    together(() -> take(open, taken, 6), () -> take(open, taken, 6), () -> take(open, taken, 4));
    check(taken.get() == MOST, "whatever the order, one of the large ones and the small one fit");
    check(open.heldBytes() == taken.get(), "what was taken is held, and only that");
  }

  private static void back() {
    OpenTransactions open = new OpenTransactions(MOST);
    AtomicLong taken = new AtomicLong();
    together(
        () -> takeAndGiveBack(open, taken), () -> takeAndGiveBack(open, taken), () -> see(open));
    check(open.heldBytes() == 0, "nothing is held any more");
    check(open.tryTake(MOST), "all of it can be taken");
  }

  private static void takeAndGiveBack(OpenTransactions open, AtomicLong taken) {
    if (take(open, taken, 6)) {
      taken.addAndGet(-6);
      open.giveBack(6);
    }
  }

  private static boolean take(OpenTransactions open, AtomicLong taken, long bytes) {
    if (!open.tryTake(bytes)) {
      return false;
    }
    check(taken.addAndGet(bytes) <= MOST, "never beyond the bound");
    return true;
  }

  /** What the metric shows meanwhile. */
  private static void see(OpenTransactions open) {
    check(open.heldBytes() >= 0, "never negative");
  }
}

package io.millrace.jms.link;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.jms.wire.ProducerInfo;
import io.millrace.races.Race;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link ProducerIds}: an id has one session at a time, and each one a later epoch. */
public final class ProducerIdsRaces {
  private ProducerIdsRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("a producer id has one session at a time", 15, ProducerIdsRaces::oneAtATime),
        new Race("no producer id that is given back is lost", 15, ProducerIdsRaces::givenBack));
  }

  /** As many ids as sessions, so that none asks the server. */
  private static void oneAtATime() {
    ProducerIds ids = new ProducerIds(new Links("").link());
    Use[] uses = {new Use(), new Use()};
    for (int id = 0; id < uses.length; id++) {
      ids.giveBack(new ProducerInfo(0, id, 0));
    }
    together(() -> session(ids, uses), () -> session(ids, uses));
    check(uses[0].times.get() + uses[1].times.get() == 2, "each session had one");
    guarded(() -> bothIdle(ids));
  }

  private static final class Use {
    final AtomicInteger users = new AtomicInteger();
    final AtomicInteger times = new AtomicInteger();
    final AtomicInteger epoch = new AtomicInteger();
  }

  private static void session(ProducerIds ids, Use[] uses) throws Exception {
    ProducerInfo taken = ids.take();
    Use use = uses[(int) taken.producerId()];
    check(use.users.incrementAndGet() == 1, "one session at a time");
    check(use.epoch.getAndSet(taken.epoch()) < taken.epoch(), "its epoch is later than any before");
    use.times.incrementAndGet();
    use.users.decrementAndGet();
    ids.giveBack(taken);
  }

  /** None asks the server, which would not answer here. */
  private static void givenBack() {
    ProducerIds ids = new ProducerIds(new Links("").link());
    ids.giveBack(new ProducerInfo(0, 0, 0));
    together(() -> ids.giveBack(ids.take()), () -> ids.giveBack(new ProducerInfo(0, 1, 0)));
    guarded(() -> bothIdle(ids));
  }

  private static void bothIdle(ProducerIds ids) throws Exception {
    check(ids.take().producerId() + ids.take().producerId() == 1, "both are idle, once each");
  }
}

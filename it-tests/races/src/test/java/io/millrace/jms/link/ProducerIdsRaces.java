package io.millrace.jms.link;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.jms.wire.ProducerInfo;
import io.millrace.races.Race;
import java.util.List;

/** {@link ProducerIds}: an id has one session at a time, and each one a later epoch. */
public final class ProducerIdsRaces {
  /** Nobody asks the server, as there are always as many ids as sessions. */
  private static final Links SILENT = new Links("");

  private ProducerIdsRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("a producer id is taken once", 60, ProducerIdsRaces::takenOnce),
        new Race("no producer id that is given back is lost", 60, ProducerIdsRaces::givenBack),
        new Race("a producer id comes with a later epoch", 60, ProducerIdsRaces::laterEpoch));
  }

  /** Ids 0, 1 and so on, which lie idle under epoch 1. */
  private static ProducerIds idle(int count) {
    ProducerIds ids = new ProducerIds(SILENT.link());
    for (int id = 0; id < count; id++) {
      ids.giveBack(new ProducerInfo(0, id, 0));
    }
    return ids;
  }

  private static void takenOnce() {
    ProducerIds ids = idle(2);
    long[] taken = new long[2];
    together(() -> taken[0] = ids.take().producerId(), () -> taken[1] = ids.take().producerId());
    check(taken[0] != taken[1], "each session has its own");
  }

  private static void givenBack() {
    ProducerIds ids = idle(1);
    together(() -> ids.giveBack(ids.take()), () -> ids.giveBack(new ProducerInfo(0, 1, 0)));
    guarded(
        () -> {
          long first = ids.take().producerId();
          check(first != ids.take().producerId(), "both are idle, once each");
        });
  }

  private static void laterEpoch() {
    ProducerIds ids = idle(2);
    int[] epochs = new int[2];
    together(() -> useAndGiveBack(ids, epochs), () -> useAndGiveBack(ids, epochs));
    check(epochs[0] + epochs[1] > 1, "each session had one");
  }

  /** An id's place in {@code epochs} is its session's alone while it has the id. */
  private static void useAndGiveBack(ProducerIds ids, int[] epochs) throws Exception {
    ProducerInfo taken = ids.take();
    int id = (int) taken.producerId();
    check(epochs[id] < taken.epoch(), "its epoch is later than any before");
    epochs[id] = taken.epoch();
    ids.giveBack(taken);
  }
}

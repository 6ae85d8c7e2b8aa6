package io.millrace.server.partition;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.RecordBatchView;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.races.Race;
import io.millrace.server.shard.Reply;
import java.util.List;
import java.util.UUID;

/** {@link HeldBackProducers}: who was refused has to send that first, whatever others do. */
public final class HeldBackProducersRaces {
  private static final LogId LOG = new LogId(new UUID(1, 1), 0);
  private static final RecordBatchView FIRST_OF_ONE = batch(1, 0);
  private static final RecordBatchView SECOND_OF_ONE = batch(1, 1);
  private static final RecordBatchView THIRD_OF_ONE = batch(1, 2);
  private static final RecordBatchView FIRST_OF_TWO = batch(2, 0);

  private static final Reply<AppendResult> NOBODY =
      new Reply<>() {
        @Override
        public void ok(AppendResult response) {}

        @Override
        public void fail(RuntimeException error) {}
      };

  private HeldBackProducersRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("a producer that was refused is held back", 60, HeldBackProducersRaces::held),
        new Race(
            "of two refused batches the first comes first",
            60,
            HeldBackProducersRaces::firstFirst));
  }

  private static RecordBatchView batch(long producer, int sequence) {
    BatchBuilder builder = new BatchBuilder(256);
    builder.append(0, null, null);
    builder.setProducer(producer, (short) 0, sequence);
    return new RecordBatchView().wrap(builder.take(), 0);
  }

  private static void refuse(HeldBackProducers held, RecordBatchView batch) {
    held.watch(LOG, batch, NOBODY).fail(new BusyException("test"));
  }

  private static boolean mayCome(HeldBackProducers held, RecordBatchView batch) {
    try {
      held.check(LOG, batch);
      return true;
    } catch (OutOfOrderSequenceException early) {
      return false;
    }
  }

  /** The last one that was held back comes again while another is refused. */
  private static void held() {
    HeldBackProducers held = new HeldBackProducers();
    refuse(held, FIRST_OF_TWO);
    together(
        () -> {
          refuse(held, FIRST_OF_ONE);
          check(!mayCome(held, SECOND_OF_ONE), "the second may not come before the first");
        },
        () -> check(mayCome(held, FIRST_OF_TWO), "what was refused may come again"));
    check(!mayCome(held, SECOND_OF_ONE), "it still may not");
    check(mayCome(held, FIRST_OF_ONE), "the first may");
    check(mayCome(held, SECOND_OF_ONE), "and then the second");
  }

  private static void firstFirst() {
    HeldBackProducers held = new HeldBackProducers();
    together(() -> refuse(held, SECOND_OF_ONE), () -> refuse(held, FIRST_OF_ONE));
    check(!mayCome(held, THIRD_OF_ONE), "the third may not come first");
    check(!mayCome(held, SECOND_OF_ONE), "nor may the second");
    check(mayCome(held, FIRST_OF_ONE), "the first may");
  }
}

package io.millrace.log.local.segment;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.nio.ByteBuffer;
import java.util.List;

/** {@link Tail}: readers see batches without gaps while others are added and evicted. */
public final class TailRaces {
  private TailRaces() {}

  public static List<Race> all() {
    return List.of(new Race("the tail in memory has no gaps", 40, TailRaces::noGaps));
  }

  private static LogBatch batch(long offset) {
    return new LogBatch(ByteBuffer.allocate(4), offset, offset + 1, 0, 0);
  }

  private static void noGaps() {
    Tail tail = new Tail();
    LogBatch first = batch(0);
    tail.add(first);
    // One more than fit: the ring grows while others look.
    for (int offset = 1; offset < 8; offset++) {
      tail.add(batch(offset));
    }
    together(
        () -> tail.add(batch(8)),
        () -> tail.evict(first),
        () -> {
          List<LogBatch> found = tail.upTo(9);
          check(found.size() >= 7, "what was there before is there");
          long next = found.get(0).baseOffset();
          check(next <= 1, "only the first may be gone");
          for (LogBatch batch : found) {
            check(batch.baseOffset() == next, "without gaps");
            next = batch.nextOffset();
          }
        });
    check(tail.read(0, 100, 9) == null, "the first is gone");
    MemorySlice rest = tail.read(1, 100, 9);
    check(rest != null && rest.sizeInBytes() == 32, "the others are there");
  }
}

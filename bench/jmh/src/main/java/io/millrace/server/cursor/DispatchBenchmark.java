package io.millrace.server.cursor;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Hands messages one by one to consumers in turn: who is next, its credit, what is in flight; the
 * message that was handed out a window before comes back. An operation is a message.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DispatchBenchmark {
  /** Less than the credit of one consumer. */
  private static final int WINDOW = 256;

  private static final int CREDIT = 1000;

  @Param({"1", "32"})
  int consumers;

  private final ConsumerRing ring = new ConsumerRing();
  private final Attached[] holder = new Attached[WINDOW];
  private long offset;

  @Setup
  public void attach() {
    for (int i = 0; i < consumers; i++) {
      CursorConsumer consumer =
          new CursorConsumer(new ConsumerKey(new UUID(1, 1), i), new NoSink());
      consumer.addCredit(CREDIT);
      ring.add(consumer);
    }
    for (int i = 0; i < WINDOW; i++) {
      dispatch();
    }
  }

  @Benchmark
  public long inTurn() {
    Attached first = holder[(int) (offset % WINDOW)];
    first.inFlight().remove(offset - WINDOW);
    first.consumer().addCredit(1);
    dispatch();
    return offset;
  }

  private void dispatch() {
    Attached next = ring.next();
    if (next == null || next.consumer().take(1) != 1) {
      throw new IllegalStateException("no consumer has credit");
    }
    next.inFlight().add(offset);
    holder[(int) (offset % WINDOW)] = next;
    offset++;
  }

  /** Dispatch ends before the connection: nothing is sent here. */
  private static final class NoSink implements DeliverySink {
    @Override
    public void deliver(List<DeliveredRun> messages) {
      throw new IllegalStateException("sent");
    }

    @Override
    public void onEnd(int partition) {
      throw new IllegalStateException("ended");
    }

    @Override
    public void onClosed(RuntimeException why) {
      throw new IllegalStateException("closed", why);
    }
  }
}

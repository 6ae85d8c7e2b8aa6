package io.millrace.server.cursor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Acknowledges messages on a cursor's floor and bitmap. An operation is a message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SettleBenchmark {
  private static final int WINDOW = 4096;

  /** The same order in every run. */
  private static final long SEED = 42;

  private final CursorState state = new CursorState(0);
  private final long[] shuffled = new long[WINDOW];

  @Setup
  public void shuffle() {
    List<Long> order = new ArrayList<>(WINDOW);
    for (long i = 0; i < WINDOW; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(SEED));
    for (int i = 0; i < WINDOW; i++) {
      shuffled[i] = order.get(i);
    }
  }

  @Benchmark
  public long inOrder() {
    long offset = state.floor();
    state.settle(offset, offset);
    return state.floor();
  }

  /** In random order within a window; when it is through, the floor has moved by the window. */
  @Benchmark
  @OperationsPerInvocation(WINDOW)
  public long inRandomOrder() {
    long base = state.floor();
    for (long delta : shuffled) {
      state.settle(base + delta, base + delta);
    }
    if (state.floor() != base + WINDOW) {
      throw new IllegalStateException("floor at " + state.floor() + " after all from " + base);
    }
    return state.floor();
  }
}

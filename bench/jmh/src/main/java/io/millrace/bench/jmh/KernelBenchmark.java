package io.millrace.bench.jmh;

import io.millrace.kernel.Mailbox;
import io.millrace.kernel.TimingWheel;
import io.millrace.kernel.VirtualClock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a shard's thread does for every request: takes it from its mailbox, sets a timer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
  private static final long DELAY_MS = 30_000;

  private final Mailbox mailbox = new Mailbox();
  private final VirtualClock clock = new VirtualClock(0);
  private final TimingWheel wheel = new TimingWheel(clock);
  private long done;

  /** A message put in and run, by one thread. */
  @Benchmark
  public int mailbox() {
    mailbox.put(() -> done++);
    return mailbox.drain("benchmark", 1);
  }

  /** A timer that is taken back, as that of a request which is answered in time. */
  @Benchmark
  public int timerTakenBack() {
    wheel.after(DELAY_MS, () -> done++).cancel();
    return wheel.size();
  }

  /** A timer that fires, a millisecond and a bit later. */
  @Benchmark
  public int timerFires() {
    wheel.after(1, () -> done++);
    clock.advanceToNs(clock.nanoTime() + 2_000_000L);
    return wheel.advance(Integer.MAX_VALUE);
  }
}

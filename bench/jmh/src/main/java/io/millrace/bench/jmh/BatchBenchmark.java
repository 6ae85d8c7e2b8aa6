package io.millrace.bench.jmh;

import io.millrace.batch.BatchChecks;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import java.nio.ByteBuffer;
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

/** Reads a v2 record batch with values of 100 bytes. An operation is a batch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class BatchBenchmark {
  @Param({"1", "100"})
  int records;

  private final RecordBatchView view = new RecordBatchView();
  private final RecordIterator iterator = new RecordIterator();
  private ByteBuffer batch;

  @Setup
  public void build() {
    batch = Batches.of(records, 100);
  }

  /** Header and CRC-32C, as every batch that comes in is checked. */
  @Benchmark
  public RecordBatchView check() {
    BatchChecks.checkProduced(view.wrap(batch, 0));
    return view;
  }

  @Benchmark
  public long walk() {
    iterator.over(view.wrap(batch, 0));
    long sum = 0;
    while (iterator.next()) {
      sum += iterator.record().offset() + iterator.record().valueSize();
    }
    return sum;
  }
}

package io.millrace.bench.jmh;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.log.AppendOptions;
import io.millrace.log.Decompressor;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.StoreBusyException;
import io.millrace.log.file.DiskFileSystem;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Appends batches of 1 KiB to the logs of a store on disk in turn, without waiting for each, until
 * the last is durable. An operation is a batch. The directory lies where {@code java.io.tmpdir}
 * says.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class AppendBenchmark {
  private static final int BATCHES = 1024;
  private static final long BUSY_NS = 100_000;
  private static final LogConfig CONFIG = LogConfig.DEFAULT.withSegmentBytes(16 * 1024 * 1024);

  @Param({"1", "32"})
  int logs;

  @Param({"MEMORY", "FSYNC"})
  Durability durability = Durability.FSYNC;

  private final ByteBuffer batch = Batches.of(1, Batches.VALUE_BYTES_OF_1_KIB);
  private final List<Log> opened = new ArrayList<>();
  private Path directory;
  private ThreadedAgents agents;
  private LocalStore store;
  private DurableSignal signal;

  @Setup
  public void open() throws IOException {
    directory = Files.createTempDirectory("millrace-jmh");
    agents = new ThreadedAgents(Clock.SYSTEM);
    store =
        new LocalStore(
            new DiskFileSystem(directory),
            agents,
            LocalStoreConfig.DEFAULT,
            Decompressor.NONE,
            Randomness.secure());
    signal = new DurableSignal();
    UUID group = new UUID(1, 1);
    for (int i = 0; i < logs; i++) {
      opened.add(
          store
              .open(new LogId(group, i), CONFIG.withDurability(durability), signal)
              .toCompletableFuture()
              .join());
    }
  }

  /** Gives space back, so that a run does not fill the disk. */
  @TearDown(Level.Iteration)
  public void cut() {
    for (Log log : opened) {
      log.deleteBefore(log.durableOffset()).toCompletableFuture().join();
    }
  }

  @TearDown
  public void close() throws IOException {
    opened.forEach(Log::close);
    opened.clear();
    store.close();
    agents.close();
    List<Path> files;
    try (Stream<Path> found = Files.walk(directory)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  @Benchmark
  @OperationsPerInvocation(BATCHES)
  public void untilDurable() throws InterruptedException, TimeoutException {
    for (int i = 0; i < BATCHES; i++) {
      append(opened.get(i % opened.size()));
    }
    for (Log log : opened) {
      signal.await(log, log.endOffset());
    }
  }

  /** The log keeps the memory that it is given: a copy each time, as the doors make one. */
  private void append(Log log) {
    while (true) {
      ByteBuffer copy = ByteBuffer.allocate(batch.limit()).put(0, batch, 0, batch.limit());
      try {
        log.append(copy, AppendOptions.CLIENT);
        return;
      } catch (StoreBusyException e) {
        LockSupport.parkNanos(BUSY_NS);
      }
    }
  }
}

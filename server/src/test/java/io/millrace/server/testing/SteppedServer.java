package io.millrace.server.testing;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.SteppedAgents;
import io.millrace.log.AppendResult;
import io.millrace.log.Decompressor;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.LogListener;
import io.millrace.log.LogSlice;
import io.millrace.log.StoreException;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import io.millrace.server.broker.Broker;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.shard.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A server core that a test steps: several shards on one thread, a virtual clock, the local store
 * on files in memory. {@link #crash} takes its power away and starts another on what is left.
 */
public final class SteppedServer implements AutoCloseable {
  private static final int MAX_STEPS = 200_000;
  private static final int PATIENCE = 20;
  private static final long STEP_MS = 10;
  private static final long START_MS = 1_700_000_000_000L;

  private final long seed;
  private final ServerCoreConfig config;
  private final MemoryFileSystem files = new MemoryFileSystem();
  private final Randomness randomness;
  private long startMs = START_MS;
  private int starts;
  private SteppedAgents agents;
  private long stepsBefore;
  private LocalStore store;
  private ServerCore core;

  public SteppedServer(long seed) {
    this(seed, ServerCoreConfig.DEFAULT);
  }

  public SteppedServer(long seed, ServerCoreConfig config) {
    this.seed = seed;
    this.config = config;
    this.randomness = Randomness.seeded(seed);
    this.agents = new SteppedAgents(seed, startMs);
    this.store = openStore();
    this.core = new ServerCore(config, agents, store, randomness);
    run();
  }

  private void run() {
    core.start();
    settle();
    if (!core.broker().isServing()) {
      throw new IllegalStateException("the server does not serve, seed " + seed);
    }
  }

  private LocalStore openStore() {
    try {
      return new LocalStore(
          files,
          agents,
          LocalStoreConfig.small(),
          Decompressor.NONE,
          Randomness.seeded(seed * 31 + starts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Power is lost as it stands: what is not durable may be gone. Then the server starts again. */
  public void crash() {
    files.crash(seed + starts);
    startAgain(0);
  }

  /**
   * As {@link #crash}, and the clock is found to have gone wrong.
   *
   * @param jumpMs by how much; negative for back
   */
  public void crash(long jumpMs) {
    files.crash(seed + starts);
    startAgain(jumpMs);
  }

  /** The process is killed, the operating system lives. Then the server starts again. */
  public void kill() {
    files.killProcess();
    startAgain(0);
  }

  private void startAgain(long jumpMs) {
    startMs = agents.clock().wallMs() + jumpMs;
    stepsBefore = steps();
    agents.kill();
    starts++;
    agents = new SteppedAgents(seed + starts, startMs);
    store = openStore();
    core = new ServerCore(config, agents, store, randomness);
    run();
  }

  public ServerCore core() {
    return core;
  }

  public Broker broker() {
    return core.broker();
  }

  public LocalStore store() {
    return store;
  }

  /** How many steps its agents have made, before its deaths too. */
  public long steps() {
    return stepsBefore + agents.steps();
  }

  /** The files of the store, for faults. */
  public MemoryFileSystem files() {
    return files;
  }

  public SteppedAgents agents() {
    return agents;
  }

  /** Runs until nothing is left to do; time stands still. */
  public void settle() {
    agents.runUntilIdle(MAX_STEPS);
  }

  /** Lets time pass. */
  public void pass(long durationMs) {
    agents.runFor(durationMs, MAX_STEPS);
  }

  /** Takes one step of one agent. */
  public void step() {
    agents.step();
  }

  /** Begins a request. */
  public <R> Answer<R> begin(Consumer<Reply<R>> request) {
    Answer<R> answer = new Answer<>();
    request.accept(answer);
    return answer;
  }

  /**
   * Carries out a request and returns what it is answered. Time stands still unless the answer
   * needs it, as when the store waits for a checkpoint.
   */
  public <R> R ask(Consumer<Reply<R>> request) {
    Answer<R> answer = begin(request);
    settle();
    for (int tries = 0; !answer.isDone() && tries < PATIENCE; tries++) {
      pass(STEP_MS);
    }
    return answer.get();
  }

  // ---- verbs

  public Topic createTopic(TopicSpec spec) {
    return ask(reply -> broker().createTopic(spec, reply));
  }

  public AppendResult produce(LogId partition, String... values) {
    return ask(reply -> broker().produce(partition, batch(values), reply));
  }

  public ByteBuffer batch(String... values) {
    BatchBuilder builder = new BatchBuilder(256);
    for (String value : values) {
      builder.append(
          agents.clock().wallMs(), null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }
    return builder.take();
  }

  public PartitionView view(LogId partition) {
    return ask(reply -> broker().openPartition(partition, reply));
  }

  /** The values of all records that can be read. */
  public List<String> values(LogId partition) {
    PartitionView view = view(partition);
    List<String> values = new ArrayList<>();
    long offset = view.startOffset();
    while (offset < view.highWatermark()) {
      CompletableFuture<LogSlice> reading = view.read(offset, 1 << 20).toCompletableFuture();
      settle();
      try (LogSlice slice = reading.join()) {
        RecordBatchView batch = new RecordBatchView();
        RecordIterator records = new RecordIterator();
        for (boolean more = batch.first(slice.bytes()); more; more = batch.next()) {
          records.over(batch);
          while (records.next()) {
            ByteBuffer value = records.record().value();
            if (records.record().offset() >= offset && value != null) {
              values.add(StandardCharsets.UTF_8.decode(value).toString());
            }
          }
          offset = batch.nextOffset();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return values;
  }

  /** The durable batches of any log. Takes the log away from whoever has it open. */
  public ByteBuffer takeOver(LogId id) {
    CompletableFuture<Log> opening =
        store.open(id, LogConfig.DEFAULT, new SilentListener()).toCompletableFuture();
    settle();
    Log log = opening.join();
    CompletableFuture<LogSlice> reading =
        log.read(log.startOffset(), Integer.MAX_VALUE, log.durableOffset()).toCompletableFuture();
    settle();
    try (LogSlice slice = reading.join()) {
      return ByteBuffer.allocate(slice.sizeInBytes()).put(slice.bytes()).flip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class SilentListener implements LogListener {
    @Override
    public void onDurable(long durableOffset) {
      // Nobody appends.
    }

    @Override
    public void onFailed(StoreException cause) {
      throw new IllegalStateException("the log failed", cause);
    }
  }

  @Override
  public void close() {
    core.close();
    store.close();
    agents.close();
  }
}

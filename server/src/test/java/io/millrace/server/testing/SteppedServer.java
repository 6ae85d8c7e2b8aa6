package io.millrace.server.testing;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.SteppedAgents;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
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
import java.util.function.Consumer;

/**
 * A server core that a test steps: several shards on one thread, a virtual clock, a disk in memory.
 * {@link #crash} kills it at once and starts another on what was durable.
 */
public final class SteppedServer implements AutoCloseable {
  private static final int MAX_STEPS = 200_000;
  private static final long START_MS = 1_700_000_000_000L;

  private final long seed;
  private final ServerCoreConfig config;
  private final MemoryDisk disk = new MemoryDisk();
  private final Randomness randomness;
  private long startMs = START_MS;
  private int starts;
  private SteppedAgents agents;
  private MemoryStore store;
  private ServerCore core;

  public SteppedServer(long seed) {
    this(seed, ServerCoreConfig.DEFAULT);
  }

  public SteppedServer(long seed, ServerCoreConfig config) {
    this.seed = seed;
    this.config = config;
    this.randomness = Randomness.seeded(seed);
    this.agents = new SteppedAgents(seed, startMs);
    this.store = new MemoryStore(disk);
    this.core = new ServerCore(config, agents, store, randomness);
    run();
  }

  private void run() {
    agents.start(store);
    core.start();
    settle();
    if (!core.broker().isServing()) {
      throw new IllegalStateException("the server does not serve, seed " + seed);
    }
  }

  /** Kills the server as it stands: what is not durable is lost. Then starts it again. */
  public void crash() {
    startMs = agents.clock().wallMs();
    agents.kill();
    starts++;
    agents = new SteppedAgents(seed + starts, startMs);
    store = new MemoryStore(disk);
    core = new ServerCore(config, agents, store, randomness);
    run();
  }

  public ServerCore core() {
    return core;
  }

  public Broker broker() {
    return core.broker();
  }

  public MemoryDisk disk() {
    return disk;
  }

  public MemoryStore store() {
    return store;
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

  /** Carries out a request and returns what it is answered. */
  public <R> R ask(Consumer<Reply<R>> request) {
    Answer<R> answer = begin(request);
    settle();
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
      try (LogSlice slice = view.read(offset, 1 << 20).toCompletableFuture().join()) {
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

  @Override
  public void close() {
    core.close();
    agents.close();
  }
}

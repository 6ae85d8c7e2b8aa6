package io.millrace.log.campaign;

import io.millrace.kernel.Randomness;
import io.millrace.kernel.SteppedAgents;
import io.millrace.log.Decompressor;
import io.millrace.log.Log;
import io.millrace.log.LogSlice;
import io.millrace.log.contract.Batches;
import io.millrace.log.contract.StoreHarness;
import io.millrace.log.file.FaultyFileSystem;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A store on a file system with faults, stepped on one thread; it can be started many times. */
final class FaultyStore implements StoreHarness {
  private static final int MAX_STEPS = 1_000_000;
  private static final long START_MS = 1_700_000_000_000L;
  private static final long PATIENCE_MS = 20_000;

  private final FaultyFileSystem files;
  private final LocalStoreConfig config;
  private final long seed;
  private SteppedAgents agents;
  private @Nullable LocalStore store;
  private int starts;
  private long stepsBefore;

  FaultyStore(LocalStoreConfig config, long seed) {
    this.files = new FaultyFileSystem(new MemoryFileSystem(), seed + 1);
    this.config = config;
    this.seed = seed;
    this.agents = new SteppedAgents(seed, START_MS);
  }

  FaultyFileSystem files() {
    return files;
  }

  SteppedAgents agents() {
    return agents;
  }

  /** Of the agents of all lives. */
  long steps() {
    return stepsBefore + agents.steps();
  }

  /** Begins the next life. */
  void start() throws IOException {
    starts++;
    stepsBefore = steps();
    agents.kill();
    agents = new SteppedAgents(seed * 31 + starts, agents.clock().wallMs() + 1);
    store = null;
    store =
        new LocalStore(
            files, agents, config, Decompressor.NONE, Randomness.seeded(seed * 31 + starts));
  }

  /** Power is lost: what was not synced is there, or not, or in part. */
  void losePower(long fate) {
    files.memory().crash(fate);
    end();
  }

  /** Only the process is gone. */
  void kill(long fate) {
    files.memory().killProcess(fate);
    end();
  }

  private void end() {
    files.heal();
    agents.kill();
  }

  @Override
  public LocalStore store() {
    return Objects.requireNonNull(store, "not started");
  }

  @Override
  public LocalStore restart() {
    throw new UnsupportedOperationException("lives are begun by start()");
  }

  void settle() {
    agents.runUntilIdle(MAX_STEPS);
  }

  void pass(long ms) {
    agents.runFor(ms, MAX_STEPS);
  }

  @Override
  public void await(BooleanSupplier condition) {
    for (long waitedMs = 0; waitedMs <= PATIENCE_MS; waitedMs += 20) {
      settle();
      if (condition.getAsBoolean()) {
        return;
      }
      pass(20);
    }
    throw new AssertionError("did not happen within " + PATIENCE_MS + " ms of stepped time");
  }

  /**
   * Reads some whole batches and adds the texts of their records from an offset on.
   *
   * @return the offset behind them
   */
  long readSome(Log log, long offset, int maxBytes, long limit, List<String> texts)
      throws IOException {
    try (LogSlice slice = await(log.read(offset, maxBytes, limit))) {
      return Batches.add(slice.bytes(), offset, texts);
    }
  }

  @Override
  public void close() {
    store().close();
  }
}

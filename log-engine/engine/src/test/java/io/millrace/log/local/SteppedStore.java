package io.millrace.log.local;

import io.millrace.kernel.Randomness;
import io.millrace.kernel.SteppedAgents;
import io.millrace.log.Decompressor;
import io.millrace.log.contract.StoreHarness;
import io.millrace.log.file.MemoryFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;

/** A local store on files in memory, stepped on the test's thread. Can lose power. */
public final class SteppedStore implements StoreHarness {
  private static final int MAX_STEPS = 1_000_000;
  private static final long START_MS = 1_700_000_000_000L;

  private final MemoryFileSystem files;
  private final LocalStoreConfig config;
  private final long seed;
  private final Randomness randomness;
  private long wallMs = START_MS;
  private SteppedAgents agents;
  private LocalStore store;

  public SteppedStore(MemoryFileSystem files, LocalStoreConfig config, long seed) {
    this(files, config, seed, Randomness.seeded(seed));
  }

  SteppedStore(MemoryFileSystem files, LocalStoreConfig config, long seed, Randomness randomness) {
    this.files = files;
    this.config = config;
    this.seed = seed;
    this.randomness = randomness;
    this.agents = new SteppedAgents(seed, wallMs);
    this.store = start();
  }

  private LocalStore start() {
    try {
      return new LocalStore(files, agents, config, Decompressor.NONE, randomness);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public LocalStore store() {
    return store;
  }

  public SteppedAgents agents() {
    return agents;
  }

  public MemoryFileSystem files() {
    return files;
  }

  @Override
  public LocalStore restart() {
    store.close();
    return startAgain();
  }

  /** Loses power, and starts again on what is left. */
  public LocalStore crash(long crashSeed) {
    files.crash(crashSeed);
    return startAgain();
  }

  /** The process is killed, and starts again; the operating system lost nothing. */
  public LocalStore kill() {
    files.killProcess();
    return startAgain();
  }

  private LocalStore startAgain() {
    wallMs = agents.clock().wallMs() + 1;
    agents.kill();
    agents = new SteppedAgents(seed, wallMs);
    store = start();
    return store;
  }

  /** Steps until nothing is left to do at this moment. */
  public void settle() {
    agents.runUntilIdle(MAX_STEPS);
  }

  /** Steps while time passes. */
  public void pass(long ms) {
    agents.runFor(ms, MAX_STEPS);
  }

  @Override
  public void await(BooleanSupplier condition) {
    for (int round = 0; round < 1000; round++) {
      settle();
      if (condition.getAsBoolean()) {
        return;
      }
      pass(10);
    }
    throw new AssertionError("not within 10 s of stepped time, seed " + seed);
  }

  @Override
  public void close() {
    store.close();
    agents.close();
  }
}

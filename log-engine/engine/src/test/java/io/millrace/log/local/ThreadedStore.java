package io.millrace.log.local;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.log.Decompressor;
import io.millrace.log.contract.StoreHarness;
import io.millrace.log.file.FileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** A local store with real threads and time. */
public final class ThreadedStore implements StoreHarness {
  private final FileSystem files;
  private final LocalStoreConfig config;
  private ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM);
  private LocalStore store;

  public ThreadedStore(FileSystem files, LocalStoreConfig config) {
    this.files = files;
    this.config = config;
    this.store = start();
  }

  private LocalStore start() {
    try {
      return new LocalStore(files, agents, config, Decompressor.NONE, Randomness.secure());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public LocalStore store() {
    return store;
  }

  @Override
  public LocalStore restart() {
    close();
    agents = new ThreadedAgents(Clock.SYSTEM);
    store = start();
    return store;
  }

  @Override
  public void await(BooleanSupplier condition) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(30))
        .until(condition::getAsBoolean);
  }

  @Override
  public void close() {
    store.close();
    agents.close();
  }
}

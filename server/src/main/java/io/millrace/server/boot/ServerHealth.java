package io.millrace.server.boot;

import io.millrace.log.Store;
import io.millrace.log.StoreHealth;
import io.millrace.server.broker.Broker;
import io.millrace.server.door.admin.http.Health;
import java.util.Optional;

/** What the health pages say. Any thread. */
final class ServerHealth implements Health {
  private final Broker broker;
  private final Store store;
  private volatile boolean started;
  private volatile boolean stopping;

  ServerHealth(Broker broker, Store store) {
    this.broker = broker;
    this.store = store;
  }

  /** All doors are open. */
  void onStarted() {
    started = true;
  }

  /** The doors are about to close. */
  void onStopping() {
    stopping = true;
  }

  /** A failed store opens itself anew; only a process that cannot answer here must be restarted. */
  @Override
  public Optional<String> notLive() {
    return Optional.empty();
  }

  @Override
  public Optional<String> notReady() {
    if (stopping) {
      return Optional.of("stopping");
    }
    if (!started) {
      return Optional.of("starting");
    }
    StoreHealth health = store.health();
    if (health == StoreHealth.FULL) {
      return Optional.of("the disk is full: messages can be read but not sent");
    }
    if (health == StoreHealth.FAILED) {
      return Optional.of("the store has failed and is being opened anew");
    }
    return broker.isServing() ? Optional.empty() : Optional.of("a shard is recovering");
  }

  @Override
  public boolean started() {
    return started;
  }
}

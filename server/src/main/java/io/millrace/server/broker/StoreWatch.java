package io.millrace.server.broker;

import io.millrace.log.Store;
import io.millrace.log.StoreHealth;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.Collection;
import java.util.List;

/**
 * Keeps nothing; when its shard stops it looks whether that is because the whole store has failed.
 * The shard's thread.
 */
final class StoreWatch implements StateMachine {
  private final Store store;
  private final Runnable failed;

  StoreWatch(Store store, Runnable failed) {
    this.store = store;
    this.failed = failed;
  }

  @Override
  public List<RecordType> recordTypes() {
    return List.of();
  }

  @Override
  public void replay(StateRecord record) {
    throw new IllegalArgumentException("not a record of this machine: " + record);
  }

  @Override
  public Collection<Aggregate> aggregates() {
    return List.of();
  }

  @Override
  public void onStopped(RuntimeException reason) {
    if (store.health() == StoreHealth.FAILED) {
      failed.run();
    }
  }
}

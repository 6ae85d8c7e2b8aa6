package io.millrace.server.shard;

import java.util.Collection;
import java.util.List;

/** Keeps nothing; says when the shard has recovered. The shard's thread. */
public final class RecoverySignal implements StateMachine {
  private final Runnable recovered;

  public RecoverySignal(Runnable recovered) {
    this.recovered = recovered;
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
  public void onRecovered() {
    recovered.run();
  }
}

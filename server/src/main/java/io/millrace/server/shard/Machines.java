package io.millrace.server.shard;

import java.util.ArrayList;
import java.util.List;

/**
 * The state machines of one shard, found by their type. Filled by the composition that {@link
 * Shards} was given, in the order in which the machines depend on each other. The shard's thread.
 */
public final class Machines implements ShardState {
  private final Shards shards;
  private final Shard<Machines> shard;
  private final List<StateMachine> machines = new ArrayList<>();

  Machines(Shards shards, Shard<Machines> shard) {
    this.shards = shards;
    this.shard = shard;
  }

  /** All shards, for messages to others. */
  public Shards shards() {
    return shards;
  }

  /** The shard whose machines these are. */
  public Shard<Machines> shard() {
    return shard;
  }

  public <M extends StateMachine> M add(M machine) {
    machines.add(machine);
    return machine;
  }

  /**
   * The machine of exactly this type.
   *
   * @throws IllegalStateException when this shard has none
   */
  public <M extends StateMachine> M get(Class<M> type) {
    // A handful of machines: looking at each is quicker than hashing.
    for (int i = 0; i < machines.size(); i++) {
      StateMachine machine = machines.get(i);
      if (machine.getClass() == type) {
        return type.cast(machine);
      }
    }
    throw new IllegalStateException("shard " + shard.id() + " has no " + type.getSimpleName());
  }

  @Override
  public List<StateMachine> machines() {
    return machines;
  }
}

package io.millrace.server.shard;

import io.millrace.kernel.Agent;
import java.util.List;

/**
 * Takes the turns of several shards on one thread at a time: as a turn is short and never waits,
 * the thread that has work for a resting shard may take it.
 */
public final class ShardAgent implements Agent {
  private final String name;
  private final List<? extends Shard<?>> shards;

  public ShardAgent(String name, List<? extends Shard<?>> shards) {
    this.name = name;
    this.shards = List.copyOf(shards);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int doWork() {
    int done = 0;
    for (Shard<?> shard : shards) {
      done += shard.turn();
    }
    return done;
  }

  @Override
  public boolean runsAnywhere() {
    return true;
  }

  @Override
  public long nextDeadlineNs() {
    long nearest = Long.MAX_VALUE;
    for (Shard<?> shard : shards) {
      nearest = Math.min(nearest, shard.nextDeadlineNs());
    }
    return nearest;
  }

  @Override
  public void onClose() {
    for (Shard<?> shard : shards) {
      shard.close();
    }
  }
}

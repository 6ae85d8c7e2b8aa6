package io.millrace.server.shard;

import io.millrace.kernel.Agents;
import io.millrace.kernel.Clock;
import io.millrace.log.LogId;
import io.millrace.log.Store;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * All shards of a server, and the stable hashes that say which of them owns what. The hashes are
 * part of the data's format: with other ones (or another number of shards) a state log would be
 * replayed into the wrong shard.
 *
 * <p>Shard 0 holds the catalogue. The others open after {@link #openOthers}, so that their state
 * machines find the catalogue complete. Any thread.
 */
public final class Shards {
  private final List<Shard<Machines>> shards = new ArrayList<>();
  private final CompletableFuture<Void> firstRecovered = new CompletableFuture<>();

  /**
   * @param count fixed when the data directory is created
   * @param blocking where reads of state logs that wait for a disk run
   * @param composition adds a shard's state machines, each time that the shard opens
   */
  public Shards(
      int count,
      ShardConfig config,
      Clock clock,
      Store store,
      Executor blocking,
      Consumer<Machines> composition) {
    if (count < 1) {
      throw new IllegalArgumentException("a server has at least one shard");
    }
    for (int id = 0; id < count; id++) {
      shards.add(
          new Shard<>(
              id,
              config,
              clock,
              store,
              blocking,
              shard -> compose(shard, composition),
              id == 0 ? CompletableFuture.completedFuture(null) : firstRecovered));
    }
  }

  private Machines compose(Shard<Machines> shard, Consumer<Machines> composition) {
    Machines machines = new Machines(this, shard);
    composition.accept(machines);
    return machines;
  }

  /** What the others wait for, the catalogue above all, is complete. Any thread; repeatable. */
  public void openOthers() {
    firstRecovered.complete(null);
  }

  public int count() {
    return shards.size();
  }

  public List<Shard<Machines>> all() {
    return List.copyOf(shards);
  }

  public Shard<Machines> get(int id) {
    return shards.get(id);
  }

  /** The shard of the catalogue and of producer ids. */
  public Shard<Machines> first() {
    return shards.get(0);
  }

  /** The shard of a partition: a topic's partitions are spread over neighbouring shards. */
  public Shard<Machines> ofPartition(LogId partition) {
    UUID topic = partition.group();
    long hash =
        mix(topic.getMostSignificantBits() ^ mix(topic.getLeastSignificantBits()))
            + partition.index();
    return shards.get((int) Long.remainderUnsigned(hash, shards.size()));
  }

  /** The shard of what a name identifies: a group, a connection's transactions. */
  public Shard<Machines> ofKey(String key) {
    long hash = 0;
    for (byte next : key.getBytes(StandardCharsets.UTF_8)) {
      hash = 31 * hash + next;
    }
    return shards.get((int) Long.remainderUnsigned(mix(hash), shards.size()));
  }

  /** The finalizer of MurmurHash3: every bit of the input changes half of the output's. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }

  /** Runs the shards on {@code threads} agents, dealt out in turn. Call once. */
  public List<Agents.Handle> start(Agents agents, int threads) {
    int used = Math.min(threads, shards.size());
    List<Agents.Handle> handles = new ArrayList<>();
    for (int agent = 0; agent < used; agent++) {
      List<Shard<Machines>> own = new ArrayList<>();
      for (int id = agent; id < shards.size(); id += used) {
        own.add(shards.get(id));
      }
      Agents.Handle handle = agents.start(new ShardAgent("shards-" + agent, own));
      own.forEach(shard -> shard.onWork(handle::signal));
      // What arrived before the signal was set must not be slept over.
      handle.signal();
      handles.add(handle);
    }
    return handles;
  }
}

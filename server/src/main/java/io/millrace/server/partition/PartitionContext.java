package io.millrace.server.partition;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Timers;
import io.millrace.log.Store;
import io.millrace.server.shard.Shard;

/** What the partitions of one shard share. */
record PartitionContext(
    Shard<?> shard, Store store, PartitionDirectory directory, PartitionConfig config) {

  Clock clock() {
    return shard.clock();
  }

  Timers timers() {
    return shard.timers();
  }

  /** Brings an event of the store to the shard's thread. Any thread. */
  void event(Runnable event) {
    shard.event(event);
  }
}

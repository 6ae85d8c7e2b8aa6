package io.millrace.server.shard;

import java.util.function.Consumer;

/** One thing with a life of its own in a shard's state: a topic, a group, a cursor. */
public interface Aggregate {

  /** Whether it still exists. */
  boolean live();

  /**
   * Gives the records from which the whole of its present state can be rebuilt. Replaying the first
   * of them forgets whatever the aggregate held before.
   */
  void snapshot(Consumer<StateRecord> out);
}

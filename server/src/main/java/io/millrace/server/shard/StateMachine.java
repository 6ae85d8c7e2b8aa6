package io.millrace.server.shard;

import java.util.Collection;
import java.util.List;

/**
 * One family of state in a shard. Its thread is the shard's.
 *
 * <p>Only {@link #replay} changes state, live and at start-up alike. At start-up, records of an
 * aggregate may come before the snapshot that will replace it, or belong to one that is deleted
 * later: a record for something unknown is ignored.
 */
public interface StateMachine {

  /** The kinds of record that this machine replays. No other machine of the shard has them. */
  List<RecordType> recordTypes();

  void replay(StateRecord record);

  /** All that is to be kept, for the sweep that shortens the state log. */
  Collection<? extends Aggregate> aggregates();

  /** All records were replayed; live work begins. */
  default void onRecovered() {}

  /** The shard stops, in order or because its log failed. Answers owed are failed; no records. */
  default void onStopped(RuntimeException reason) {}
}

package io.millrace.server.partition;

/**
 * Hears what becomes of a partition. On the thread of its shard; must not throw, and must not add
 * or remove listeners while it is being told.
 */
public interface PartitionListener {

  /**
   * More is durable. Told also when that has not moved the last stable offset, as an open
   * transaction holds it.
   *
   * @param lastStableOffset records below are durable, and it is decided whether they count
   */
  void onAdvance(long lastStableOffset);

  /** The log has failed; {@link #onReopened} follows when it is back. */
  default void onUnavailable() {}

  /** The log was opened anew after a failure: offsets above its durable end are gone. */
  default void onReopened(PartitionView view) {}

  /** The topic was deleted. Nothing more follows. */
  default void onDeleted() {}
}

package io.millrace.server.catalog;

/**
 * Hears of changes of the catalogue that are durable. Called on the thread of shard 0, before those
 * who asked for the change are answered; must return quickly.
 */
public interface CatalogListener {

  default void onCreated(Topic topic) {}

  /** More partitions, or another configuration. */
  default void onChanged(Topic before, Topic after) {}

  default void onDeleted(Topic topic) {}
}

package io.millrace.server.broker;

import io.millrace.kernel.Failures;
import io.millrace.log.LogId;
import io.millrace.log.Store;
import io.millrace.server.catalog.CatalogListener;
import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.Cursors;
import io.millrace.server.group.Groups;
import io.millrace.server.partition.Partitions;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shards;

/**
 * Lets partitions and groups follow what the catalogue decided about a topic. The thread of shard
 * 0.
 */
final class TopicFollowers implements CatalogListener {
  private final Shards shards;
  private final Store store;
  private final Cursors cursors;

  TopicFollowers(Shards shards, Store store, Cursors cursors) {
    this.shards = shards;
    this.store = store;
    this.cursors = cursors;
  }

  @Override
  public void onCreated(Topic topic) {
    shards
        .all()
        .forEach(shard -> shard.run(state -> state.get(Groups.class).onTopicChanged(topic)));
  }

  @Override
  public void onChanged(Topic before, Topic after) {
    for (int index = 0; index < after.partitions(); index++) {
      LogId id = after.partition(index);
      shards.ofPartition(id).run(state -> state.get(Partitions.class).onChanged(id));
    }
    if (before.partitions() != after.partitions()) {
      shards
          .all()
          .forEach(shard -> shard.run(state -> state.get(Groups.class).onTopicChanged(after)));
    }
  }

  @Override
  public void onDeleted(Topic topic) {
    cursors.onTopicDeleted(topic.id());
    shards
        .all()
        .forEach(shard -> shard.run(state -> state.get(Groups.class).onTopicDeleted(topic)));
    for (int index = 0; index < topic.partitions(); index++) {
      LogId id = topic.partition(index);
      shards
          .ofPartition(id)
          .handle(
              state -> state.get(Partitions.class).onDeleted(id),
              new Reply<Void>() {
                @Override
                public void ok(Void response) {
                  // The handler answers nothing.
                }

                @Override
                public void fail(RuntimeException error) {
                  // A shard that does not run has no partition open.
                  deleteLog(id);
                }
              });
    }
  }

  private void deleteLog(LogId id) {
    store
        .delete(id)
        .whenComplete(
            (done, e) -> {
              if (e != null) {
                Failures.report("deleting the log of partition " + id, e);
              }
            });
  }
}

package io.millrace.server.partition;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Failures;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKeys;

/**
 * Retention of partitions whose records cursors hold: what is settled everywhere and old enough is
 * deleted, what is not settled stays. Looks at time only; a limit of size would delete what is
 * held. The shard's thread.
 */
final class HeldRetention {
  private final CatalogView catalog;
  private final Clock clock;

  HeldRetention(CatalogView catalog, Clock clock) {
    this.catalog = catalog;
    this.clock = clock;
  }

  /**
   * Deletes what may go.
   *
   * @param floor records from this offset on are held
   */
  void apply(PartitionView view, long floor) {
    Topic topic = catalog.find(view.id().group());
    if (topic == null || !catalog.configs().isDeletedByRetention(topic)) {
      return;
    }
    long keepMs =
        catalog
            .configs()
            .number(
                topic,
                topic.kind().isQueue()
                    ? TopicConfigKeys.REPLAY_RETENTION_MS
                    : TopicConfigKeys.RETENTION_MS);
    long limit = Math.min(floor, view.highWatermark());
    if (keepMs < 0 || limit <= view.startOffset()) {
      return;
    }
    view.log()
        .findTimestamp(clock.wallMs() - keepMs)
        .thenCompose(
            young ->
                view.log()
                    .deleteBefore(young.map(at -> Math.min(limit, at.offset())).orElse(limit)))
        .whenComplete(
            (done, e) -> {
              if (e != null && view.isOpen()) {
                Failures.report("retention of partition " + view.id(), e);
              }
            });
  }
}

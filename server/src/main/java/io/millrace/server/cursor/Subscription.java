package io.millrace.server.cursor;

import java.util.UUID;

/**
 * A subscription that exists. Immutable.
 *
 * @param id names its cursor; never used again
 * @param key how it is called
 * @param spec what it receives
 */
public record Subscription(UUID id, SubscriptionKey key, SubscriptionSpec spec) {

  /** The part of its cursor over one partition. */
  public CursorKey part(int partition) {
    return new CursorKey(spec.topicId(), partition, id);
  }

  /** Where a part begins that does not exist yet. */
  public CursorStart start(int partition) {
    return partition < spec.partitions() ? CursorStart.END : CursorStart.BEGINNING;
  }
}

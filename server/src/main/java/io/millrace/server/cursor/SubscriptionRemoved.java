package io.millrace.server.cursor;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;
import java.util.UUID;

/**
 * A subscription is gone, its cursor too.
 *
 * @param id which one
 */
record SubscriptionRemoved(UUID id) implements StateRecord {
  static final RecordType TYPE =
      new RecordType(71, "subscription-removed", 1, SubscriptionRemoved::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putUuid(id);
  }

  private static StateRecord read(StateReader in, int version) {
    return new SubscriptionRemoved(in.getUuid());
  }
}

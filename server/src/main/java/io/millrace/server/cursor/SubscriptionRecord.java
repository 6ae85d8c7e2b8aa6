package io.millrace.server.cursor;

import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateRecord;
import io.millrace.server.shard.StateWriter;

/**
 * A subscription as it is from now on.
 *
 * @param subscription the subscription
 * @param ending whether it was unsubscribed and its cursor is being removed
 */
record SubscriptionRecord(Subscription subscription, boolean ending) implements StateRecord {
  static final RecordType TYPE = new RecordType(70, "subscription", 1, SubscriptionRecord::read);

  @Override
  public RecordType type() {
    return TYPE;
  }

  @Override
  public void write(StateWriter out) {
    out.putUuid(subscription.id());
    subscription.key().write(out);
    subscription.spec().write(out);
    out.putBoolean(ending);
  }

  private static StateRecord read(StateReader in, int version) {
    return new SubscriptionRecord(
        new Subscription(in.getUuid(), SubscriptionKey.read(in), SubscriptionSpec.read(in)),
        in.getBoolean());
  }
}

package io.millrace.server.cursor;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription receives. A consumer that asks for something else under the same name asks
 * for another subscription (Jakarta Messaging 3.1, 4.11.3).
 *
 * @param topicId the topic
 * @param partitions how many partitions the topic had when the subscription began: it begins at
 *     their end, and at the beginning of later ones
 * @param shared whether several consumers may share it
 * @param selector which messages; null for all
 * @param noLocal without those of its own client
 */
public record SubscriptionSpec(
    UUID topicId, int partitions, boolean shared, @Nullable String selector, boolean noLocal) {

  /** Whether the two are about the same messages. */
  boolean sameAs(SubscriptionSpec other) {
    return topicId.equals(other.topicId)
        && java.util.Objects.equals(selector, other.selector)
        && noLocal == other.noLocal;
  }

  void write(StateWriter out) {
    out.putUuid(topicId).putInt(partitions).putBoolean(shared);
    out.putString(selector).putBoolean(noLocal);
  }

  static SubscriptionSpec read(StateReader in) {
    return new SubscriptionSpec(
        in.getUuid(), in.getInt(), in.getBoolean(), in.getNullableString(), in.getBoolean());
  }
}

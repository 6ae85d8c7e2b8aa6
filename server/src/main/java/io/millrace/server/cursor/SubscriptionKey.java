package io.millrace.server.cursor;

import io.millrace.server.shard.StateReader;
import io.millrace.server.shard.StateWriter;
import org.jspecify.annotations.Nullable;

/**
 * Names a subscription (Jakarta Messaging 3.1, 4.11). Durable ones, shared or not, have one name
 * space; shared ones that are not durable have another.
 *
 * @param clientId the client's id; null for a shared subscription of a client without one
 * @param name what the application calls it
 * @param durable whether it outlives its consumers
 */
public record SubscriptionKey(@Nullable String clientId, String name, boolean durable) {

  /** Finds the subscription's shard. */
  String hashKey() {
    return "subscription:" + clientId + ":" + name + ":" + durable;
  }

  void write(StateWriter out) {
    out.putString(clientId).putString(name).putBoolean(durable);
  }

  static SubscriptionKey read(StateReader in) {
    return new SubscriptionKey(in.getNullableString(), in.getString(), in.getBoolean());
  }
}

package io.millrace.server.quota;

import io.millrace.server.quota.QuotaEntity.Name;
import io.millrace.server.testing.SteppedServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Quotas that come and go, for tests that look at what they leave behind. */
public final class QuotaScenario {
  private QuotaScenario() {}

  /** One of every kind of entity; some are taken away again. */
  public static void setAndTakeAway(SteppedServer server) {
    Name name = new Name("name");
    set(server, new QuotaEntity(name, null, null), QuotaKey.PRODUCER_BYTE_RATE, 1_000.0);
    set(server, new QuotaEntity(name, null, null), QuotaKey.CONSUMER_BYTE_RATE, 1_000.0);
    set(server, new QuotaEntity(Name.DEFAULT, name, null), QuotaKey.REQUEST_PERCENTAGE, 2.5);
    QuotaEntity address = new QuotaEntity(null, null, new Name("::1"));
    set(server, address, QuotaKey.CONNECTION_CREATION_RATE, 10.0);
    set(server, new QuotaEntity(name, null, null), QuotaKey.PRODUCER_BYTE_RATE, null);
    set(server, address, QuotaKey.CONNECTION_CREATION_RATE, null);
  }

  /** Sets one quota, or takes it away. */
  static Optional<QuotaException> set(
      SteppedServer server, QuotaEntity entity, QuotaKey key, @Nullable Double value) {
    Map<QuotaKey, @Nullable Double> values = new HashMap<>();
    values.put(key, value);
    List<Optional<QuotaException>> refusals =
        server.ask(
            reply ->
                server
                    .broker()
                    .security()
                    .alterQuotas(List.of(new QuotaChange(entity, values)), false, reply));
    return refusals.get(0);
  }
}

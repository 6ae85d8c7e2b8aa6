package io.millrace.server.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.quota.QuotaEntity.Name;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.testing.SteppedServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Quotas are kept, whatever crashes, and are bounded in number. */
class QuotasTest {
  private static final List<QuotaKey> USER_KEYS =
      List.of(
          QuotaKey.PRODUCER_BYTE_RATE,
          QuotaKey.CONSUMER_BYTE_RATE,
          QuotaKey.REQUEST_PERCENTAGE,
          QuotaKey.CONTROLLER_MUTATION_RATE);

  private static QuotaEntity user(String name) {
    return new QuotaEntity(new Name(name), null, null);
  }

  private static Map<QuotaEntity, Map<QuotaKey, Double>> all(SteppedServer server) {
    return server.broker().security().quotas().table().all();
  }

  @Test
  void quotasOutliveSweepsAndCrashes() {
    try (SteppedServer server =
        new SteppedServer(
            41, ServerCoreConfig.DEFAULT.withShard(new ShardConfig(16, 8, 4096, 3, 50)))) {
      Random random = new Random(7);
      Map<QuotaEntity, Map<QuotaKey, Double>> expected = new HashMap<>();
      for (int i = 0; i < 200; i++) {
        QuotaEntity entity = user("u" + random.nextInt(6));
        QuotaKey key = USER_KEYS.get(random.nextInt(USER_KEYS.size()));
        Double value = random.nextInt(4) == 0 ? null : 1.0 + random.nextInt(1_000);
        assertThat(QuotaScenario.set(server, entity, key, value)).isEmpty();
        Map<QuotaKey, Double> values = new HashMap<>(expected.getOrDefault(entity, Map.of()));
        if (value == null) {
          values.remove(key);
        } else {
          values.put(key, value);
        }
        expected.put(entity, values);
        if (values.isEmpty()) {
          expected.remove(entity);
        }
        if (i % 50 == 49) {
          server.crash();
        }
        assertThat(all(server)).isEqualTo(expected);
      }
    }
  }

  @Test
  void thereIsALimitAndWhatIsThereCanStillBeChanged() {
    try (SteppedServer server = new SteppedServer(42)) {
      List<QuotaChange> changes = new java.util.ArrayList<>();
      for (int i = 0; i <= Quotas.MAX_ENTITIES; i++) {
        changes.add(new QuotaChange(user("u" + i), Map.of(QuotaKey.PRODUCER_BYTE_RATE, 1.0)));
      }
      List<Optional<QuotaException>> refusals =
          server.ask(reply -> server.broker().security().alterQuotas(changes, false, reply));

      assertThat(refusals.stream().filter(Optional::isPresent)).hasSize(1);
      assertThat(refusals.get(Quotas.MAX_ENTITIES).orElseThrow().limitReached()).isTrue();
      assertThat(all(server)).hasSize(Quotas.MAX_ENTITIES);
      assertThat(QuotaScenario.set(server, user("u0"), QuotaKey.PRODUCER_BYTE_RATE, 2.0)).isEmpty();
      assertThat(QuotaScenario.set(server, user("u0"), QuotaKey.PRODUCER_BYTE_RATE, null))
          .isEmpty();
      assertThat(QuotaScenario.set(server, user("x"), QuotaKey.PRODUCER_BYTE_RATE, 2.0)).isEmpty();
    }
  }

  @Test
  void aCheckChangesNothing() {
    try (SteppedServer server = new SteppedServer(43)) {
      List<Optional<QuotaException>> refusals =
          server.ask(
              reply ->
                  server
                      .broker()
                      .security()
                      .alterQuotas(
                          List.of(
                              new QuotaChange(user("u"), Map.of(QuotaKey.PRODUCER_BYTE_RATE, 1.0))),
                          true,
                          reply));
      assertThat(refusals).containsExactly(Optional.empty());
      assertThat(all(server)).isEmpty();
    }
  }
}

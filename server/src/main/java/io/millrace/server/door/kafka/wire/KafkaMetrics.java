package io.millrace.server.door.kafka.wire;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ApiKeys;

/** What the door counts, per API. Any thread. */
public final class KafkaMetrics {

  private record PerApi(Timer time, DistributionSummary size) {}

  private final Map<ApiKeys, PerApi> apis = new EnumMap<>(ApiKeys.class);
  private final Counter malformed;

  public KafkaMetrics(MeterRegistry registry, Collection<ApiKeys> served) {
    for (ApiKeys key : served) {
      apis.put(
          key,
          new PerApi(
              Timer.builder("millrace.kafka.request")
                  .description("Time from the arrival of a request until its response was written")
                  .tag("api", key.name)
                  .register(registry),
              DistributionSummary.builder("millrace.kafka.request.size")
                  .description("Size of requests")
                  .baseUnit("bytes")
                  .tag("api", key.name)
                  .register(registry)));
    }
    malformed =
        Counter.builder("millrace.kafka.requests.malformed")
            .description("Requests that were malformed or of an API or version that is not served")
            .register(registry);
  }

  void received(ApiKeys key, int bytes) {
    PerApi api = apis.get(key);
    if (api != null) {
      api.size().record(bytes);
    }
  }

  void answered(ApiKeys key, long durationNs) {
    PerApi api = apis.get(key);
    if (api != null) {
      api.time().record(durationNs, TimeUnit.NANOSECONDS);
    }
  }

  void malformed() {
    malformed.increment();
  }
}

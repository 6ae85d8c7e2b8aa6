package io.millrace.server.door.kafka.wire;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** What the door counts, per API. Any thread. */
public final class KafkaMetrics {

  private record PerApi(Timer time, DistributionSummary size) {}

  /** What was answered with an error. */
  private record Failed(ApiKeys key, Errors error) {}

  private final MeterRegistry registry;
  private final Map<ApiKeys, PerApi> apis = new EnumMap<>(ApiKeys.class);
  private final Map<Failed, Counter> failed = new ConcurrentHashMap<>();
  private final Counter malformed;

  public KafkaMetrics(MeterRegistry registry, Collection<ApiKeys> served) {
    this.registry = registry;
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

  /**
   * Counts the errors of a response: one of the whole request, or one for each topic, partition,
   * member and so on.
   */
  void answeredWith(ApiKeys key, Map<Errors, Integer> counts) {
    counts.forEach(
        (error, count) -> {
          if (error != Errors.NONE) {
            failed.computeIfAbsent(new Failed(key, error), this::counter).increment(count);
          }
        });
  }

  private Counter counter(Failed what) {
    return Counter.builder("millrace.kafka.errors")
        .description("Errors that clients were answered with")
        .tag("api", what.key.name)
        .tag("error", what.error.name())
        .register(registry);
  }

  void malformed() {
    malformed.increment();
  }
}

package io.millrace.server.security.token;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of the keys of tokens. Any thread. */
final class TokenMetrics {
  private final AtomicInteger keys = new AtomicInteger();
  private final Counter failed;

  TokenMetrics(MeterRegistry registry) {
    Gauge.builder("millrace.oauth.keys", keys, AtomicInteger::get)
        .description("Keys with which tokens are checked")
        .register(registry);
    failed =
        Counter.builder("millrace.oauth.refreshes.failed")
            .description("How often the keys of tokens could not be read anew")
            .register(registry);
  }

  void keys(int count) {
    keys.set(count);
  }

  void refreshFailed() {
    failed.increment();
  }
}

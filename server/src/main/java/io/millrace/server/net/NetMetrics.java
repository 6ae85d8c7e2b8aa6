package io.millrace.server.net;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What the listener counts. Safe for use from any thread. */
final class NetMetrics {
  private final AtomicInteger open = new AtomicInteger();
  private final Counter accepted;
  private final Counter overLimit;
  private final Counter refused;
  private final Counter idle;

  NetMetrics(MeterRegistry registry, RequestMemory memory) {
    Gauge.builder("millrace.connections", open, AtomicInteger::get)
        .description("Open connections of clients")
        .register(registry);
    Gauge.builder("millrace.requests.memory", memory, RequestMemory::usedBytes)
        .description("Memory of requests that are being received or worked on")
        .baseUnit("bytes")
        .register(registry);
    accepted =
        Counter.builder("millrace.connections.accepted")
            .description("Connections accepted since the start")
            .register(registry);
    overLimit =
        Counter.builder("millrace.connections.over.limit")
            .description("Connections closed at once because there were too many")
            .register(registry);
    refused =
        Counter.builder("millrace.connections.refused")
            .description(
                "Connections closed because of what the peer sent, did not send to its end, or did"
                    + " not take")
            .register(registry);
    idle =
        Counter.builder("millrace.connections.idle")
            .description("Connections closed because nothing was sent on them for long")
            .register(registry);
  }

  int open() {
    return open.get();
  }

  /** Counts a new connection; whether it may stay. */
  boolean opened(int limit) {
    if (open.incrementAndGet() > limit) {
      overLimit.increment();
      return false;
    }
    accepted.increment();
    return true;
  }

  void closed() {
    open.decrementAndGet();
  }

  void refused() {
    refused.increment();
  }

  void idle() {
    idle.increment();
  }
}

package io.millrace.server.security.user;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts logins by door and mechanism. Any thread. */
public final class LoginMetrics {

  private record Success(String door, String mechanism) {}

  private record Failure(String door, String mechanism, LoginException.Reason reason) {}

  private final MeterRegistry registry;
  private final Map<Success, Counter> successes = new ConcurrentHashMap<>();
  private final Map<Failure, Counter> failures = new ConcurrentHashMap<>();

  public LoginMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Somebody has logged in.
   *
   * @param mechanism one that is offered, never a client's own words
   */
  public void succeeded(String door, String mechanism) {
    successes
        .computeIfAbsent(
            new Success(door, mechanism),
            key ->
                Counter.builder("millrace.logins")
                    .description("Clients that have proved who they are")
                    .tag("door", door)
                    .tag("mechanism", mechanism)
                    .register(registry))
        .increment();
  }

  public void failed(String door, String mechanism, LoginException.Reason reason) {
    failures
        .computeIfAbsent(
            new Failure(door, mechanism, reason),
            key ->
                Counter.builder("millrace.logins.failed")
                    .description("Clients that could not prove who they are")
                    .tag("door", door)
                    .tag("mechanism", mechanism)
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry))
        .increment();
  }
}

package io.millrace.server.boot;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.server.metrics.MeterRegistries;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Wires what everything stands on: clock, threads, randomness. */
final class FoundationWiring {

  @Produces
  @Singleton
  Clock clock() {
    return Clock.SYSTEM;
  }

  @Produces
  @Singleton
  Randomness randomness() {
    return Randomness.secure();
  }

  @Produces
  @Singleton
  PrometheusMeterRegistry meters(Lifecycle lifecycle) {
    PrometheusMeterRegistry meters = MeterRegistries.prometheus();
    lifecycle.began("meters", meters::close);
    return meters;
  }

  @Produces
  @Singleton
  Agents agents(Clock clock, Lifecycle lifecycle) {
    ThreadedAgents agents = new ThreadedAgents(clock);
    lifecycle.began("agents", agents);
    return agents;
  }
}

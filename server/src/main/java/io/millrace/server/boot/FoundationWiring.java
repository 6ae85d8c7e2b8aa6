package io.millrace.server.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.ThreadedAgents;
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
  MeterRegistry meters(Lifecycle lifecycle) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
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

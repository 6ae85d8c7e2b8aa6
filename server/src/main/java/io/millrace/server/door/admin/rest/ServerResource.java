package io.millrace.server.door.admin.rest;

import io.millrace.kernel.Clock;
import io.millrace.server.door.admin.http.Health;
import io.millrace.server.door.admin.model.ServerInfo;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.ServerFacts;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The server itself. */
@Path("/server")
@Produces(MediaType.APPLICATION_JSON)
public final class ServerResource {
  private final AdminBroker broker;
  private final Health health;
  private final Clock clock;

  ServerResource(AdminBroker broker, Health health, Clock clock) {
    this.broker = broker;
    this.health = health;
    this.clock = clock;
  }

  @GET
  public ServerInfo server() {
    ServerFacts facts = broker.server();
    Runtime runtime = Runtime.getRuntime();
    return new ServerInfo(
        facts.version(),
        facts.clusterId(),
        facts.nodeId(),
        facts.endpoint(),
        facts.dataDirectory(),
        facts.shards(),
        facts.startedAtMs(),
        Math.max(0, clock.wallMs() - facts.startedAtMs()),
        health.notLive().or(health::notReady).orElse("ready"),
        Runtime.version().toString(),
        runtime.totalMemory() - runtime.freeMemory(),
        runtime.maxMemory());
  }
}

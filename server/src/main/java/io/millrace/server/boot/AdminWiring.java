package io.millrace.server.boot;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Randomness;
import io.millrace.log.Store;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.config.AdminConfig;
import io.millrace.server.config.Checks;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.door.admin.AdminOptions;
import io.millrace.server.door.admin.AdminServer;
import io.millrace.server.door.admin.adapter.BrokerAdapter;
import io.millrace.server.door.admin.auth.AdminToken;
import io.millrace.server.net.NetListener;
import io.millrace.server.security.user.Logins;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Wires the HTTP port. */
final class AdminWiring {
  private static final int READ_THREADS = 2;

  @Produces
  @Singleton
  AdminToken token(DataDirectory directory, Randomness randomness) throws IOException {
    return AdminToken.loadOrCreate(directory.path().resolve(AdminToken.FILE_NAME), randomness);
  }

  @Produces
  @Singleton
  AdminOptions options(ServerConfig config) {
    AdminConfig admin = config.admin();
    InetAddress address = BindPolicy.checkAdmin(config);
    List<String> hosts = new ArrayList<>();
    Arrays.stream(admin.allowedHosts().split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .forEach(hosts::add);
    if (!address.isLoopbackAddress() && !address.isAnyLocalAddress()) {
      hosts.add(admin.host());
    }
    return new AdminOptions(
        address.getHostAddress(),
        admin.port(),
        hosts,
        address.isLoopbackAddress() || admin.openMetrics(),
        admin.threads(),
        admin.maxStreams(),
        admin.maxSessions(),
        Duration.ofMinutes(admin.sessionIdleMinutes()),
        Duration.ofHours(24),
        admin.maxBodyBytes(),
        admin.maxMeteredDestinations());
  }

  @Produces
  @Singleton
  ServerHealth health(ServerCore core, Store store) {
    return new ServerHealth(core.broker(), store);
  }

  @Produces
  @Singleton
  AdminServer server(
      AdminOptions options,
      ServerConfig config,
      ServerCore core,
      Instance<NetListener> listener,
      DataDirectory directory,
      ServerHealth health,
      AdminToken token,
      Logins logins,
      PrometheusMeterRegistry registry,
      Agents agents,
      Randomness randomness,
      Lifecycle lifecycle) {
    ServerIdentity identity =
        new ServerIdentity(
            core.broker(), config, listener::get, directory, agents.clock().wallMs());
    AdminServer server =
        new AdminServer(
            options,
            new BrokerAdapter(
                core.broker(),
                identity::facts,
                logins::credentials,
                agents.blocking("admin-reads", READ_THREADS)),
            health,
            token,
            registry,
            Checks.validator(),
            agents,
            randomness);
    lifecycle.began("admin", server);
    return server;
  }
}

package io.millrace.server.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.server.boot.SecurityWiring.Checking;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.catalog.CatalogConfig;
import io.millrace.server.config.NetworkConfig;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.door.jms.JmsDoor;
import io.millrace.server.door.jms.JmsDoorConfig;
import io.millrace.server.door.kafka.DoorAccess;
import io.millrace.server.door.kafka.KafkaDoor;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.net.DoorProtocol;
import io.millrace.server.net.NetConfig;
import io.millrace.server.net.NetListener;
import io.millrace.server.net.TransportSecurity;
import io.millrace.server.security.user.Logins;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/** Wires the port and the protocols behind it. */
final class DoorWiring {

  @Produces
  @Singleton
  NetConfig netConfig(ServerConfig config) {
    NetworkConfig network = config.network();
    InetAddress address = BindPolicy.checkClients(config);
    NetConfig defaults = NetConfig.DEFAULT;
    return new NetConfig(
        address.getHostAddress(),
        network.port(),
        network.ioThreads() > 0 ? network.ioThreads() : defaults.ioThreads(),
        network.maxConnections(),
        network.maxFrameBytes(),
        Math.min(defaults.maxFirstFrameBytes(), network.maxFrameBytes()),
        defaults.maxRequestsInFlight(),
        defaults.maxBytesInFlight(),
        defaults.maxBytesInFlightTotal(),
        defaults.writeHighWaterBytes(),
        network.idleMs(),
        defaults.firstBytesMs(),
        defaults.patienceMs(),
        defaults.shutdownMs());
  }

  /** Made when the shards have recovered, because clients are told the cluster's id. */
  @Produces
  @Singleton
  KafkaDoor kafka(
      ServerConfig config,
      ServerCore core,
      CatalogConfig catalog,
      DataDirectory directory,
      Agents agents,
      MeterRegistry meters,
      Clock clock,
      Logins logins,
      Checking checking) {
    core.awaitReady();
    UUID cluster = core.broker().catalog().clusterId();
    Uuid clusterId = new Uuid(cluster.getMostSignificantBits(), cluster.getLeastSignificantBits());
    NetworkConfig network = config.network();
    return new KafkaDoor(
        core.broker(),
        KafkaDoorConfig.of(clusterId.toString())
            .withAdvertised(network.advertisedHost(), network.advertisedPort())
            .withAnyReplicationFactor(config.topics().anyReplicationFactor()),
        new BrokerSettings(
            catalog.autoCreate(), catalog.defaultPartitions(), core.broker().catalog().configs()),
        new DataVolume(directory.path(), agents.blocking("millrace-volume", 1)),
        meters,
        clock,
        new DoorAccess(logins, checking.control()));
  }

  @Produces
  @Singleton
  JmsDoor jms(
      ServerConfig config,
      ServerCore core,
      MeterRegistry meters,
      Clock clock,
      Randomness randomness,
      Logins logins,
      Checking checking) {
    core.awaitReady();
    return new JmsDoor(
        core.broker(), jmsConfig(config), meters, clock, randomness, logins, checking.control());
  }

  private static JmsDoorConfig jmsConfig(ServerConfig config) {
    JmsDoorConfig defaults = JmsDoorConfig.DEFAULT;
    return new JmsDoorConfig(
        defaults.nodeId(),
        config.jms().heartbeatMs(),
        config.jms().graceMs(),
        config.network().maxFrameBytes(),
        config.jms().outboundBytes(),
        defaults.maxSessions(),
        defaults.maxConsumers());
  }

  @Produces
  @Singleton
  NetListener listener(
      NetConfig config,
      TransportSecurity security,
      Instance<DoorProtocol> doors,
      MeterRegistry meters,
      Agents agents,
      Lifecycle lifecycle) {
    NetListener listener =
        new NetListener(config, security, doors.stream().toList(), meters, agents);
    lifecycle.began("listener", listener);
    return listener;
  }
}

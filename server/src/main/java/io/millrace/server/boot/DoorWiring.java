package io.millrace.server.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.kernel.Agents;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.server.boot.SecurityWiring.Checking;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.catalog.CatalogConfig;
import io.millrace.server.config.GroupsConfig;
import io.millrace.server.config.NetworkConfig;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.door.jms.JmsDoor;
import io.millrace.server.door.jms.JmsDoorConfig;
import io.millrace.server.door.kafka.DoorAccess;
import io.millrace.server.door.kafka.KafkaDoor;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.group.assignor.SharedPartitions;
import io.millrace.server.group.settings.GroupSettingKeys;
import io.millrace.server.net.DoorProtocol;
import io.millrace.server.net.NetConfig;
import io.millrace.server.net.NetListener;
import io.millrace.server.net.TransportSecurity;
import io.millrace.server.quota.QuotaConfig;
import io.millrace.server.quota.QuotaEnforcer;
import io.millrace.server.security.user.Logins;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  /** One for all doors, so that a client cannot use its quota at each. */
  @Produces
  @Singleton
  QuotaEnforcer quotas(ServerConfig config, ServerCore core, Clock clock, MeterRegistry meters) {
    return new QuotaEnforcer(
        core.broker().security().quotas(),
        new QuotaConfig(config.quotas().samples(), config.quotas().sampleMs()),
        clock,
        meters);
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
      Checking checking,
      QuotaEnforcer quotas) {
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
            catalog.autoCreate(),
            catalog.defaultPartitions(),
            core.broker().catalog().configs(),
            brokerSettings(config, core.broker().groupSettings().keys())),
        new DataVolume(directory.path(), agents.blocking("millrace-volume", 1)),
        meters,
        clock,
        new DoorAccess(logins, checking.control()),
        quotas);
  }

  /** What is set where the server is started, under Kafka's names for it. */
  private static Map<String, String> brokerSettings(ServerConfig config, GroupSettingKeys keys) {
    GroupsConfig groups = config.groups();
    String first = groups.consumerAssignor().name().toLowerCase(Locale.ROOT);
    String second =
        groups.consumerAssignor() == GroupsConfig.Assignor.UNIFORM ? "range" : "uniform";
    Map<String, String> all = new HashMap<>();
    all.put("transaction.max.timeout.ms", Integer.toString(config.transactions().maxTimeoutMs()));
    all.put("group.consumer.max.size", Integer.toString(groups.consumerMaxSize()));
    all.put("group.consumer.assignors", first + "," + second);
    all.put(
        "group.consumer.migration.policy",
        groups.consumerMigrationPolicy().name().toLowerCase(Locale.ROOT));
    all.put("group.share.max.size", Integer.toString(groups.shareMaxSize()));
    all.put("group.share.assignors", SharedPartitions.NAME);
    for (String name :
        List.of(
            GroupSettingKeys.CONSUMER_SESSION,
            GroupSettingKeys.CONSUMER_HEARTBEAT,
            GroupSettingKeys.SHARE_SESSION,
            GroupSettingKeys.SHARE_HEARTBEAT,
            GroupSettingKeys.LOCK_DURATION,
            GroupSettingKeys.DELIVERY_COUNT,
            GroupSettingKeys.MAX_LOCKS)) {
      all.put("group." + name, keys.get(name).defaultValue());
    }
    return all;
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
      Checking checking,
      QuotaEnforcer quotas) {
    core.awaitReady();
    return new JmsDoor(
        core.broker(),
        jmsConfig(config),
        meters,
        clock,
        randomness,
        logins,
        checking.control(),
        quotas);
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
      QuotaEnforcer quotas,
      Lifecycle lifecycle) {
    NetListener listener =
        new NetListener(
            config,
            security,
            doors.stream().toList(),
            meters,
            agents,
            address -> quotas.connected(address.getHostAddress()));
    lifecycle.began("listener", listener);
    return listener;
  }
}

package io.millrace.server.door;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.log.StoreHealth;
import io.millrace.log.file.FileSystem;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import io.millrace.server.broker.Broker;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.door.jms.JmsDoor;
import io.millrace.server.door.jms.JmsDoorConfig;
import io.millrace.server.door.kafka.KafkaDoor;
import io.millrace.server.door.kafka.UnknownVolume;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.metrics.StoreMetrics;
import io.millrace.server.net.NetConfig;
import io.millrace.server.net.NetListener;
import io.millrace.server.net.TransportSecurity;
import io.millrace.server.partition.Decompression;
import io.millrace.server.partition.Recompression;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server with both doors, on a free port and any files. */
final class RunningDoors implements AutoCloseable {
  private static final int START_SECONDS = 30;
  private static final int MAX_UNPACKED_BYTES = 16 << 20;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM);
  private final LocalStore store;
  private final ServerCore core;
  private final NetListener listener;

  RunningDoors(FileSystem files) throws Exception {
    this(files, LocalStoreConfig.DEFAULT, 0);
  }

  /**
   * @param port 0 for a free one
   */
  RunningDoors(FileSystem files, LocalStoreConfig config, int port) throws Exception {
    store =
        new LocalStore(
            files,
            agents,
            config,
            batch -> Decompression.records(batch, MAX_UNPACKED_BYTES),
            Recompression::compress,
            Randomness.secure());
    new StoreMetrics(store, store.stats()).bindTo(registry);
    core = new ServerCore(ServerCoreConfig.DEFAULT, agents, store, Randomness.secure());
    core.start();
    core.whenReady().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    Broker broker = core.broker();
    KafkaDoor kafka =
        new KafkaDoor(
            broker,
            KafkaDoorConfig.of("test-cluster"),
            new BrokerSettings(true, 1, broker.catalog().configs()),
            new UnknownVolume("/data"),
            registry,
            Clock.SYSTEM);
    JmsDoor jms =
        new JmsDoor(broker, JmsDoorConfig.DEFAULT, registry, Clock.SYSTEM, Randomness.secure());
    listener =
        new NetListener(
            NetConfig.DEFAULT.withAddress("127.0.0.1", port),
            TransportSecurity.NONE,
            List.of(kafka, jms),
            registry,
            agents);
    listener.start();
  }

  /** How often a log was compacted. */
  long compactions() {
    return store.stats().compactions();
  }

  int port() {
    return listener.port();
  }

  String bootstrap() {
    return "127.0.0.1:" + listener.port();
  }

  /**
   * For JMS clients.
   *
   * @param options as in a URL, without the question mark
   */
  MillraceConnectionFactory factory(String options) throws Exception {
    return new MillraceConnectionFactory("millrace://" + bootstrap() + "?" + options);
  }

  /** Whether the metric says that the store is in this state. */
  boolean measures(StoreHealth health) {
    String state = health.name().toLowerCase(java.util.Locale.ROOT);
    return registry.get("millrace.store.health").tag("state", state).gauge().value() == 1;
  }

  /** Appends that were refused because the disk was full. */
  double refusedByTheFullDisk() {
    return registry.get("millrace.store.refusals.full").functionCounter().count();
  }

  /** Requests of JMS clients that were answered with an error. */
  double failedJmsRequests() {
    return registry.get("millrace.jms.requests.failed").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    core.close();
    store.close();
    agents.close();
  }
}

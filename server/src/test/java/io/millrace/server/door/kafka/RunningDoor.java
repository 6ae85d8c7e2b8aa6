package io.millrace.server.door.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.ThreadedAgents;
import io.millrace.log.Decompressor;
import io.millrace.log.file.DiskFileSystem;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import io.millrace.server.broker.Broker;
import io.millrace.server.broker.ServerCore;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.net.NetConfig;
import io.millrace.server.net.NetListener;
import io.millrace.server.net.TransportSecurity;
import io.millrace.server.quota.QuotaConfig;
import io.millrace.server.quota.QuotaEnforcer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A server with the Kafka door only, on a free port and a directory. */
final class RunningDoor implements AutoCloseable {
  private static final int START_SECONDS = 30;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ThreadedAgents agents = new ThreadedAgents(Clock.SYSTEM);
  private final LocalStore store;
  private final ServerCore core;
  private final KafkaDoor door;
  private final NetListener listener;

  RunningDoor(Path directory) throws Exception {
    this(directory, NetConfig.DEFAULT);
  }

  RunningDoor(Path directory, NetConfig net) throws Exception {
    this(directory, net, ServerCoreConfig.DEFAULT, broker -> DoorAccess.OPEN);
  }

  RunningDoor(Path directory, NetConfig net, ServerCoreConfig config) throws Exception {
    this(directory, net, config, broker -> DoorAccess.OPEN);
  }

  RunningDoor(Path directory, NetConfig net, Function<Broker, DoorAccess> access) throws Exception {
    this(directory, net, ServerCoreConfig.DEFAULT, access);
  }

  private RunningDoor(
      Path directory, NetConfig net, ServerCoreConfig config, Function<Broker, DoorAccess> access)
      throws Exception {
    store =
        new LocalStore(
            new DiskFileSystem(directory),
            agents,
            LocalStoreConfig.DEFAULT,
            Decompressor.NONE,
            Randomness.secure());
    core = new ServerCore(config, agents, store, Randomness.secure());
    core.start();
    core.whenReady().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    Broker broker = core.broker();
    door =
        new KafkaDoor(
            broker,
            KafkaDoorConfig.of("test-cluster"),
            new BrokerSettings(true, 1, broker.catalog().configs()),
            new UnknownVolume("/data"),
            registry,
            Clock.SYSTEM,
            access.apply(broker),
            new QuotaEnforcer(
                broker.security().quotas(), QuotaConfig.DEFAULT, Clock.SYSTEM, registry));
    listener = new NetListener(net, TransportSecurity.NONE, List.of(door), registry, agents);
    listener.start();
  }

  KafkaDoor door() {
    return door;
  }

  Broker broker() {
    return core.broker();
  }

  int port() {
    return listener.port();
  }

  /** What a gauge shows now. */
  double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  /** What a counter has counted; 0 for one that is not there yet. */
  double count(String name, String... tags) {
    Counter counter = registry.find(name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  SimpleMeterRegistry registry() {
    return registry;
  }

  Map<String, Object> clientConfig(String... settings) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", "127.0.0.1:" + port());
    for (int i = 0; i < settings.length; i += 2) {
      config.put(settings[i], settings[i + 1]);
    }
    return config;
  }

  Admin admin() {
    return Admin.create(clientConfig());
  }

  KafkaProducer<String, String> producer(String... settings) {
    return new KafkaProducer<>(
        clientConfig(settings), new StringSerializer(), new StringSerializer());
  }

  KafkaConsumer<String, String> consumer(String... settings) {
    Properties config = new Properties();
    config.put("auto.offset.reset", "earliest");
    config.putAll(clientConfig(settings));
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  KafkaShareConsumer<String, String> shareConsumer(String... settings) {
    return new KafkaShareConsumer<>(
        clientConfig(settings), new StringDeserializer(), new StringDeserializer());
  }

  /** Stops to serve clients, in order. */
  void stopListening() {
    listener.close();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    core.close();
    store.close();
    agents.close();
  }
}

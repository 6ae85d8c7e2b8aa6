package io.millrace.server.campaign;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.Randomness;
import io.millrace.server.door.jms.JmsDoor;
import io.millrace.server.door.jms.JmsDoorConfig;
import io.millrace.server.door.kafka.KafkaDoor;
import io.millrace.server.door.kafka.UnknownVolume;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.net.EmbeddedListener;
import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The doors of a stepped server and the sockets of its clients. One thread. */
final class Doors {
  /** Longer than the server waits for a client that was cut off. */
  private static final int MOST_AWAY_MS = 1_500;

  private static final JmsDoorConfig JMS =
      new JmsDoorConfig(1, 300, 500, 1 << 20, 4 << 10, 100, 100);

  private final SteppedServer server;
  private final Random random;
  private final Randomness keys;
  private final List<ClientSocket> sockets = new ArrayList<>();
  private EmbeddedListener listener;

  Doors(SteppedServer server, Random random) {
    this.server = server;
    this.random = random;
    this.keys = Randomness.seeded(random.nextLong());
    this.listener = open();
  }

  private EmbeddedListener open() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    KafkaDoor kafka =
        new KafkaDoor(
            server.broker(),
            KafkaDoorConfig.of("simulated"),
            new BrokerSettings(true, 1, server.broker().catalog().configs()),
            new UnknownVolume("/data"),
            meters,
            server.agents().clock());
    JmsDoor jms = new JmsDoor(server.broker(), JMS, meters, server.agents().clock(), keys);
    return new EmbeddedListener(NetConfig.DEFAULT, List.of(kafka, jms), meters, server.agents());
  }

  ClientSocket connect() {
    ClientSocket socket = new ClientSocket(listener.connect(), random);
    sockets.add(socket);
    return socket;
  }

  /** When a client whose socket has just broken tries again: mostly at once. */
  long nextTryMs() {
    return nowMs() + (random.nextInt(3) == 0 ? random.nextInt(MOST_AWAY_MS) : 0);
  }

  long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(server.agents().clock().nanoTime());
  }

  /** Moves bytes, in both directions, and lets the doors work. */
  void work() {
    listener.runTimers();
    sockets.removeIf(ClientSocket::isOver);
    sockets.forEach(ClientSocket::work);
  }

  /** Whether bytes arrive at once and all together. */
  void setHurries(boolean value) {
    sockets.forEach(socket -> socket.setHurries(value));
  }

  /** Whether nothing is under way between living clients and the server. */
  boolean isQuiet() {
    return sockets.stream().allMatch(ClientSocket::isQuiet);
  }

  /** The server has died, and with it every socket; another one is there. */
  void comeBack() {
    sockets.forEach(ClientSocket::reset);
    sockets.clear();
    listener = open();
  }
}

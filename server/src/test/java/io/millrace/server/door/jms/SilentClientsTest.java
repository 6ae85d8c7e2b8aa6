package io.millrace.server.door.jms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Pong;
import io.millrace.jms.wire.Preamble;
import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.Warnings;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who says nothing, or never finishes what it says, is closed; who is only quiet is not. */
@Timeout(120)
final class SilentClientsTest {
  private static final int HEARTBEAT_MS = 1_000;
  private static final long FIRST_BYTES_MS = 1_000;
  private static final long IDLE_MS = 600_000;
  private static final int PAUSE_MS = 50;

  @TempDir private Path directory;
  private final List<RawJms> clients = new ArrayList<>();
  private RunningJms server;
  private JMSContext context;
  private Queue queue;
  private JMSConsumer consumer;
  private RawJms quiet;
  private Warnings warnings;
  private int exchanged;

  @BeforeEach
  void start() throws Exception {
    JmsDoorConfig usual = JmsDoorConfig.DEFAULT;
    server =
        new RunningJms(
            directory,
            new JmsDoorConfig(
                usual.nodeId(),
                HEARTBEAT_MS,
                usual.graceMs(),
                usual.maxFrameBytes(),
                usual.outboundBytes(),
                usual.maxSessions(),
                usual.maxConsumers()),
            NetConfig.DEFAULT.withTimes(IDLE_MS, FIRST_BYTES_MS));
    context = server.factory().createContext();
    queue = context.createQueue("bystander");
    consumer = context.createConsumer(queue);
    othersAreServed();
    quiet = RawJms.greeted(server.port());
    warnings = new Warnings("io.millrace.server.net");
  }

  @AfterEach
  void stop() throws Exception {
    for (RawJms client : clients) {
      client.close();
    }
    warnings.close();
    othersAreServed();
    quiet.close();
    context.close();
    server.close();
  }

  @Test
  void closesPreamblesThatStopHalfWay() throws Exception {
    for (String part : List.of("", "M", "MRJ", "MRJM", "MRJM\0", "MRJM\0\1\0")) {
      connect().sendRaw(part.getBytes(US_ASCII));
    }
    allAreClosedWhile(() -> {});
  }

  @Test
  void closesPreamblesThatTrickleIn() throws Exception {
    ByteBuffer preamble = ByteBuffer.allocate(Preamble.BYTES);
    Preamble.CURRENT.writeTo(preamble);
    RawJms slow = connect();
    int[] rounds = {0};
    allAreClosedWhile(
        () -> {
          // One byte in half a second.
          if (rounds[0] % 10 == 0 && rounds[0] / 10 < Preamble.BYTES - 1) {
            slow.sendRaw(new byte[] {preamble.get(rounds[0] / 10)});
          }
          rounds[0]++;
        });
  }

  @Test
  void closesWhoNeverSaysHello() throws Exception {
    for (int i = 0; i < 10; i++) {
      connect().preamble(Preamble.CURRENT);
    }
    allAreClosedWhile(() -> {});
  }

  @Test
  void closesWhoFallsSilentBehindHello() throws Exception {
    for (int i = 0; i < 10; i++) {
      clients.add(RawJms.greeted(server.port()));
    }
    allAreClosedWhile(() -> {});
  }

  @Test
  void closesFramesThatTrickleIn() throws Exception {
    RawJms beforeHello = connect();
    beforeHello.preamble(Preamble.CURRENT);
    RawJms greeted = RawJms.greeted(server.port());
    clients.add(greeted);
    RawJms large = RawJms.greeted(server.port());
    clients.add(large);
    beforeHello.sendRaw(announcing(60_000));
    greeted.sendRaw(announcing(60_000));
    large.sendRaw(announcing(50_000_000));
    assertThat(server.gauge("millrace.connections")).isEqualTo(bystanders() + clients.size());

    allAreClosedWhile(
        () -> {
          for (RawJms client : clients) {
            client.sendRaw(new byte[1]);
          }
        });

    assertThat(server.gauge("millrace.requests.memory")).isZero();
  }

  private static byte[] announcing(int length) {
    return ByteBuffer.allocate(4).putInt(length).array();
  }

  private RawJms connect() throws IOException {
    RawJms client = new RawJms(server.port());
    clients.add(client);
    return client;
  }

  private interface Trickle {
    void next() throws IOException;
  }

  /** Others are served until the server has closed all that there is to close, and after. */
  private void allAreClosedWhile(Trickle trickle) throws Exception {
    double before = server.count("millrace.connections.accepted");
    boolean broken = false;
    do {
      if (!broken) {
        try {
          trickle.next();
        } catch (IOException closed) {
          broken = true;
        }
      }
      othersAreServed();
      Thread.sleep(PAUSE_MS);
    } while (server.count("millrace.connections.refused") < clients.size()
        || server.gauge("millrace.connections") > bystanders());
    for (RawJms client : clients) {
      client.isOver();
    }
    assertThat(server.count("millrace.connections.refused")).isEqualTo(clients.size());
    for (RawJms client : clients) {
      assertThat(warnings.lines())
          .as("what the log says of each")
          .filteredOn(line -> line.contains(":" + client.localPort() + " "))
          .singleElement()
          .asString()
          .containsAnyOf("no whole frame was received", "nothing that tells its protocol");
    }
    assertThat(server.count("millrace.connections.accepted"))
        .as("connections since, none of which had to be made again")
        .isLessThanOrEqualTo(before + clients.size());
  }

  private static int bystanders() {
    return 2;
  }

  private void othersAreServed() throws IOException {
    String text = "message " + exchanged++;
    context.createProducer().send(queue, text);
    assertThat(consumer.receiveBody(String.class, 20_000)).isEqualTo(text);
    if (exchanged > 1) {
      quiet.send(new Ping(exchanged));
      assertThat(quiet.receive()).isEqualTo(new Pong(exchanged));
    }
  }
}

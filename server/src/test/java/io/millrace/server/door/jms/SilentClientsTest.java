package io.millrace.server.door.jms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Pong;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sent;
import io.millrace.jms.wire.Sidecar;
import io.millrace.jms.wire.Welcome;
import io.millrace.jms.wire.WireException;
import io.millrace.kernel.Randomness;
import io.millrace.server.net.EmbeddedConnection;
import io.millrace.server.net.EmbeddedListener;
import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.testing.Warnings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who says nothing, or never finishes what it says, is closed; who is only quiet is not. */
final class SilentClientsTest {
  private static final int SECOND_MS = 1_000;
  private static final int STEP_MS = 100;
  private static final int BEAT_S = JmsDoorConfig.DEFAULT.heartbeatMs() / SECOND_MS;

  /** By then the first bytes must have come, and three heartbeats. */
  private static final int LIMIT_S = 45;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Warnings warnings = new Warnings("io.millrace.server.net");
  private final SteppedServer server = new SteppedServer(5);
  private final List<EmbeddedConnection> silent = new ArrayList<>();
  private EmbeddedListener listener;
  private EmbeddedJms bystander;
  private EmbeddedJms quiet;
  private int seconds;

  @BeforeEach
  void start() throws Exception {
    JmsDoor door =
        new JmsDoor(
            server.broker(),
            JmsDoorConfig.DEFAULT,
            registry,
            server.agents().clock(),
            Randomness.seeded(1));
    listener = new EmbeddedListener(NetConfig.DEFAULT, List.of(door), registry, server.agents());
    quiet = greeted();
    bystander = greeted();
    bystander.send(new OpenSession(2, 1));
    bystander.send(new Resolve(3, DestinationKind.QUEUE, "bystander", true, false));
    bystander.socket().pass(SECOND_MS, STEP_MS);
    assertThat(bystander.frames()).hasSize(2);
  }

  @AfterEach
  void stop() {
    warnings.close();
    server.close();
  }

  @Test
  void closesPreamblesThatStopHalfWay() throws Exception {
    for (String part : List.of("", "M", "MRJ", "MRJM", "MRJM\0", "MRJM\0\1\0")) {
      connect().send(part.getBytes(US_ASCII));
    }
    allAreClosedWhile(() -> {});
  }

  @Test
  void closesPreamblesThatTrickleIn() throws Exception {
    byte[] preamble = EmbeddedJms.preamble();
    EmbeddedConnection slow = connect();
    int[] sent = {0};
    allAreClosedWhile(
        () -> {
          if (sent[0] < Preamble.BYTES - 1) {
            slow.send(new byte[] {preamble[sent[0]++]});
          }
        });
  }

  @Test
  void closesWhoNeverSaysHello() throws Exception {
    for (int i = 0; i < 10; i++) {
      connect().send(EmbeddedJms.preamble());
    }
    allAreClosedWhile(() -> {});
  }

  @Test
  void closesWhoFallsSilentBehindHello() throws Exception {
    for (int i = 0; i < 10; i++) {
      silent.add(greeted().socket());
    }
    allAreClosedWhile(() -> {});
  }

  @Test
  void closesFramesThatTrickleIn() throws Exception {
    EmbeddedConnection beforeHello = connect();
    beforeHello.send(EmbeddedJms.preamble());
    announce(beforeHello, 60_000);
    for (int length : new int[] {60_000, 50_000_000}) {
      EmbeddedConnection greeted = greeted().socket();
      silent.add(greeted);
      announce(greeted, length);
    }

    allAreClosedWhile(
        () -> {
          for (EmbeddedConnection client : silent) {
            if (client.isOpen()) {
              client.send(new byte[1]);
            }
          }
        });

    for (EmbeddedConnection client : silent) {
      client.work();
      assertThat(new EmbeddedJms(client).frames())
          .as("what it was told")
          .singleElement()
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.code()).isEqualTo(ErrorCode.PROTOCOL));
    }
  }

  private static void announce(EmbeddedConnection client, int length) {
    client.send(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
  }

  private EmbeddedConnection connect() {
    EmbeddedConnection client = listener.connect();
    silent.add(client);
    return client;
  }

  private EmbeddedJms greeted() throws WireException {
    EmbeddedJms client = new EmbeddedJms(listener.connect());
    assertThat(client.greet()).isInstanceOf(Welcome.class);
    return client;
  }

  /** Others are served until the time is over, and after. */
  private void allAreClosedWhile(Runnable everySecond) throws Exception {
    assertThat(silent).allMatch(EmbeddedConnection::isOpen);
    for (int i = 0; i < LIMIT_S; i++) {
      everySecond.run();
      aSecondPasses();
    }

    assertThat(silent).noneMatch(EmbeddedConnection::isOpen);
    assertThat(registry.get("millrace.connections.refused").counter().count())
        .isEqualTo(silent.size());
    assertThat(warnings.lines())
        .as("what the log says of each")
        .hasSize(silent.size())
        .allMatch(
            line ->
                line.contains("no whole frame was received for ")
                    || line.contains("nothing that tells its protocol was received in time"));
    assertThat(listener.requestBytes()).isZero();
    assertThat(registry.get("millrace.connections").gauge().value()).isEqualTo(2);
    aSecondPasses();
  }

  /** Another client sends a message, and one that only shows signs of life is not closed. */
  private void aSecondPasses() throws WireException {
    bystander.send(
        new Send(5, 1, 0, 1, 0, 0, Sidecar.ofDefaults(), server.batch("message " + seconds)));
    boolean beats = seconds % BEAT_S == 0;
    if (beats) {
      quiet.send(new Ping(seconds + 1));
    }
    bystander.socket().pass(SECOND_MS, STEP_MS);
    assertThat(bystander.frames()).containsExactly(new Sent(5, seconds));
    quiet.socket().work();
    if (beats) {
      assertThat(quiet.frames()).containsExactly(new Pong(seconds + 1));
    }
    seconds++;
  }
}

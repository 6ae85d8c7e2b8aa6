package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Preamble;
import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.Warnings;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that shows signs of life for ever and does not read what it is answered. */
@Timeout(60)
final class DeafClientsTest {
  private static final int IDLE_MS = 1_000;
  private static final int RECEIVE_BYTES = 4_096;

  /** Their answers, of 13 bytes each, are more than the operating system keeps: 4 MiB. */
  private static final int PINGS = 500_000;

  /** So much that the server goes on reading, however much waits. */
  private static final int HIGH_WATER_BYTES = 1 << 30;

  @TempDir private Path directory;

  @Test
  void isClosedAndNamedWhileOthersAreServed() throws Exception {
    try (RunningJms server = new RunningJms(directory, JmsDoorConfig.DEFAULT, net());
        JMSContext context = server.factory().createContext();
        Warnings warnings = new Warnings("io.millrace.server.net");
        RawJms deaf = new RawJms(server.port(), RECEIVE_BYTES)) {
      Queue queue = context.createQueue("bystander");
      JMSConsumer consumer = context.createConsumer(queue);
      deaf.preamble(Preamble.CURRENT);
      deaf.greet();
      deaf.sendRaw(pings(PINGS));

      boolean cut = false;
      do {
        context.createProducer().send(queue, "v");
        assertThat(consumer.receiveBody(String.class, 20_000)).isEqualTo("v");
        try {
          deaf.sendRaw(pings(1));
        } catch (IOException closed) {
          cut = true;
        }
      } while (!cut);

      assertThat(server.count("millrace.connections.refused")).isEqualTo(1);
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains(
              ":" + deaf.localPort() + " (jms): it has taken none of its answers for 1000 ms");
      context.createProducer().send(queue, "after");
      assertThat(consumer.receiveBody(String.class, 20_000)).isEqualTo("after");
    }
  }

  private static byte[] pings(int count) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 1; i <= count; i++) {
      bytes.writeBytes(FrameEncoder.encode(RawJms.CONVERSATION, new Ping(i)).array());
    }
    return bytes.toByteArray();
  }

  private static NetConfig net() {
    NetConfig usual = NetConfig.DEFAULT;
    return new NetConfig(
        usual.host(),
        usual.port(),
        usual.ioThreads(),
        usual.maxConnections(),
        usual.maxFrameBytes(),
        usual.maxFirstFrameBytes(),
        usual.maxRequestsInFlight(),
        usual.maxBytesInFlight(),
        usual.maxBytesInFlightTotal(),
        HIGH_WATER_BYTES,
        IDLE_MS,
        usual.firstBytesMs(),
        usual.patienceMs(),
        usual.shutdownMs());
  }
}

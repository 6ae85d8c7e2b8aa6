package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.net.EmbeddedConnection;
import io.millrace.server.net.EmbeddedListener;
import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.testing.Warnings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who never finishes a request is closed; who needs long for a large one is not. */
final class SlowRequestsTest {
  private static final short VERSION = 9;
  private static final int SECOND_MS = 1_000;
  private static final int STEP_MS = 100;
  private static final long LIMIT_S = 2 * NetConfig.DEFAULT.firstBytesMs() / SECOND_MS;
  private static final int SLOW_LINE_BYTES = 16 << 10;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Warnings warnings = new Warnings("io.millrace.server.net");
  private SteppedServer server;
  private EmbeddedListener listener;
  private EmbeddedConnection bystander;
  private int correlationId;

  @BeforeEach
  void start() {
    server = new SteppedServer(5);
    server.createTopic(TopicSpec.topic("t", 1));
    KafkaDoor door =
        new KafkaDoor(
            server.broker(),
            KafkaDoorConfig.of("slow"),
            new BrokerSettings(true, 1, server.broker().catalog().configs()),
            new UnknownVolume("/data"),
            registry,
            server.agents().clock());
    listener = new EmbeddedListener(NetConfig.DEFAULT, List.of(door), registry, server.agents());
    bystander = listener.connect();
  }

  @AfterEach
  void stop() {
    warnings.close();
    server.close();
  }

  @Test
  void closesRequestsThatTrickleIn() {
    List<EmbeddedConnection> slow = new ArrayList<>();
    slow.add(announcing(listener.connect(), 60_000));
    slow.add(announcing(introduced(), 60_000));
    slow.add(announcing(introduced(), 50_000_000));
    EmbeddedConnection sizeOnly = introduced();
    sizeOnly.send(new byte[1]);
    EmbeddedConnection sizeOfFirst = listener.connect();
    sizeOfFirst.send(new byte[3]);

    for (int i = 0; i < LIMIT_S; i++) {
      for (EmbeddedConnection client : slow) {
        if (client.isOpen()) {
          client.send(new byte[1]);
        }
      }
      aSecondPasses();
    }

    slow.add(sizeOnly);
    slow.add(sizeOfFirst);
    assertThat(slow).noneMatch(EmbeddedConnection::isOpen);
    assertThat(refused()).isEqualTo(slow.size());
    assertThat(warnings.lines())
        .filteredOn(line -> line.contains("(kafka): no whole frame was received for 30000 ms"))
        .hasSize(slow.size());
    assertThat(listener.requestBytes()).isZero();
  }

  @Test
  void answersWhatCameBeforeARequestThatDoesNotCome() {
    EmbeddedConnection client = introduced();
    client.send(KafkaRequests.framed(produce(10)));
    announcing(client, 60_000);
    for (int i = 0; i < LIMIT_S; i++) {
      aSecondPasses();
    }

    assertThat(client.takeReceived()).isNotEmpty();
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void carriesALargeRequestThatComesOnASlowLine() {
    EmbeddedConnection client = introduced();
    byte[] large = KafkaRequests.framed(produce(3 << 20));
    for (int sent = 0; sent < large.length; sent += SLOW_LINE_BYTES) {
      assertThat(client.takeReceived()).isEmpty();
      client.send(Arrays.copyOfRange(large, sent, Math.min(large.length, sent + SLOW_LINE_BYTES)));
      aSecondPasses();
    }

    assertThat(client.takeReceived()).isNotEmpty();
    assertThat(client.isOpen()).isTrue();
    assertThat(refused()).isZero();
  }

  @Test
  void leavesThoseAloneThatOnlySayNothingBetweenTwoRequests() {
    EmbeddedConnection quiet = introduced();
    for (int i = 0; i < LIMIT_S; i++) {
      aSecondPasses();
    }

    assertThat(quiet.isOpen()).isTrue();
    assertThat(refused()).isZero();
  }

  /** Somebody else is served meanwhile. */
  private void aSecondPasses() {
    bystander.send(KafkaRequests.framed(produce(10)));
    bystander.pass(SECOND_MS, STEP_MS);
    assertThat(bystander.takeReceived()).as("the answer to another client").isNotEmpty();
  }

  private EmbeddedConnection introduced() {
    EmbeddedConnection client = listener.connect();
    client.send(
        KafkaRequests.framed(
            KafkaRequests.frame(
                ApiKeys.API_VERSIONS, (short) 0, correlationId++, new ApiVersionsRequestData())));
    assertThat(client.takeReceived()).isNotEmpty();
    return client;
  }

  private static EmbeddedConnection announcing(EmbeddedConnection client, int length) {
    client.send(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    return client;
  }

  private byte[] produce(int bytes) {
    return KafkaRequests.frame(
        ApiKeys.PRODUCE,
        VERSION,
        correlationId++,
        KafkaRequests.produce("t", KafkaRequests.records(new byte[bytes])));
  }

  private double refused() {
    return registry.get("millrace.connections.refused").counter().count();
  }
}

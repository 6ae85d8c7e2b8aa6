package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever frames a peer sends, it is answered with the protocol's error or its connection is
 * closed, the log and the metrics say so, and a client at work meanwhile notices nothing.
 */
@Timeout(60)
final class HostileFramesTest {
  private static final short VERSION = 9;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private WatchedDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new WatchedDoor(directory);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void closesOnFramesOfTwoGigabytes() throws Exception {
    assertClosedAfterRaw(ByteBuffer.allocate(4).putInt(0x06ff_ffff).array());
    server.saysWhy(
        1, "a frame of 117440511 bytes is announced; allowed are ", " for the first request");
    try (RawClient client = server.introducedClient()) {
      client.sendRaw(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());
      assertThat(client.isClosedByServer()).isTrue();
    }
    server.saysWhy(2, "a frame of 2147483647 bytes is announced; allowed are ");
    assertThat(malformed()).as("requests, which these were not yet").isZero();
    server.takesNoMemory();
  }

  @Test
  void closesOnApiKeysThatAreNotServed() throws Exception {
    for (int key : new int[] {-1, 4, 38, 88, 500}) {
      assertClosedAfter(
          RawClient.bytes(
              out -> {
                out.writeShort(key);
                out.writeShort(0);
                out.writeInt(1);
                out.writeShort(-1);
              }));
      assertThat(server.warnings())
          .last()
          .asString()
          .contains("(kafka): API key " + key + " is not served");
    }
    server.saysWhy(5, "is not served");
    assertThat(malformed()).isEqualTo(5);
  }

  @Test
  void closesOnVersionsThatAreNotServed() throws Exception {
    for (int version : new int[] {-1, 0, 2, 99}) {
      assertClosedAfter(
          RawClient.bytes(
              out -> {
                out.writeShort(ApiKeys.PRODUCE.id);
                out.writeShort(version);
                out.writeInt(1);
                out.writeShort(-1);
                out.writeInt(0);
              }));
      assertThat(server.warnings())
          .last()
          .asString()
          .contains("(kafka): Produce version " + version + " is not served, only ");
    }
    server.saysWhy(4, "is not served, only ");
    assertThat(malformed()).isEqualTo(4);
  }

  /** The one question that every client can ask a server that it does not know. */
  @Test
  void answersQuestionsForVersionsThatItDoesNotKnowWithThoseThatItDoes() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(
          RawClient.bytes(
              out -> {
                out.writeShort(ApiKeys.API_VERSIONS.id);
                out.writeShort(99);
                out.writeInt(1);
                out.writeShort(-1);
                out.writeByte(0);
              }));
      var answer = ApiVersionsResponse.parse(client.receive(1, (short) 0), (short) 0).data();
      assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.UNSUPPORTED_VERSION);
      assertThat(answer.apiKeys()).isNotEmpty();
    }
    assertThat(server.errors(ApiKeys.API_VERSIONS, Errors.UNSUPPORTED_VERSION)).isEqualTo(1);
    assertThat(server.warnings()).as("the protocol's normal course").isEmpty();
  }

  @Test
  void closesOnEmptyAndTinyFrames() throws Exception {
    for (int size = 0; size < 8; size++) {
      assertClosedAfter(new byte[size]);
    }
    server.saysWhy(8, "Produce version 0 is not served");
    assertThat(malformed()).isEqualTo(8);
  }

  /** The client library would take hours to read it. */
  @Test
  void closesOnRequestsThatRepeatANameWithoutEnd() throws Exception {
    int count = 20_000;
    assertClosedAfter(
        RawClient.bytes(
            out -> {
              out.writeShort(ApiKeys.CREATE_TOPICS.id);
              out.writeShort(7);
              out.writeInt(1);
              out.writeShort(-1);
              out.writeByte(0);
              ByteBuffer topics = ByteBuffer.allocate(16 * count);
              topics.put(new byte[] {(byte) 0xa1, (byte) 0x9c, 1}); // count + 1
              for (int i = 0; i < count; i++) {
                topics.put((byte) 2).put((byte) 'a').putInt(1).putShort((short) 1);
                topics.put((byte) 1).put((byte) 1).put((byte) 0);
              }
              out.write(topics.array(), 0, topics.position());
              out.writeInt(1000);
              out.writeShort(0);
            }));
    server.saysWhy(1, "a malformed CreateTopics request: it takes too long to read");
    assertThat(malformed()).isEqualTo(1);
  }

  @Test
  void closesOnRequestsThatAreCutShort() throws Exception {
    byte[] whole =
        RawClient.frame(
            MetadataRequest.Builder.forTopicNames(List.of("t"), false).build(VERSION), 1);
    for (int size = 2; size < whole.length; size++) {
      byte[] cut = java.util.Arrays.copyOf(whole, size);
      assertClosedAfter(cut);
    }
    server.saysWhy(whole.length - 2, "a malformed Metadata request: ");
    assertThat(malformed()).isEqualTo(whole.length - 2);
    server.takesNoMemory();
  }

  /** As Apache Kafka does, whose parser of requests does not look behind their fields either. */
  @Test
  void ignoresBytesBehindTheFieldsOfARequest() throws Exception {
    byte[] whole =
        RawClient.frame(
            MetadataRequest.Builder.forTopicNames(List.of("t"), true).build(VERSION), 1);
    try (RawClient client = new RawClient(server.port())) {
      for (int more : new int[] {1, 4, 1000}) {
        client.send(java.util.Arrays.copyOf(whole, whole.length + more));
        assertThat(MetadataResponse.parse(client.receive(1, (short) 1), VERSION).data().topics())
            .singleElement()
            .extracting(MetadataResponseTopic::errorCode)
            .isEqualTo(Errors.NONE.code());
      }
    }
    assertThat(malformed()).isZero();
  }

  @Test
  void closesOnRandomBytes() throws Exception {
    Random random = new Random(11);
    int rounds = 100;
    for (int round = 0; round < rounds; round++) {
      byte[] noise = new byte[8 + random.nextInt(5_000)];
      random.nextBytes(noise);
      if (round % 2 == 0) {
        assertClosedAfter(noise);
      } else {
        // A size that is too large, or no frame's at all, so that no more is waited for.
        noise[0] = (byte) (1 + random.nextInt(255));
        assertClosedAfterRaw(noise);
      }
    }
    assertThat(server.count("millrace.connections.refused")).isEqualTo(rounds);
    assertThat(server.warnings())
        .hasSize(rounds)
        .allMatch(
            line -> line.matches("closing connection \\d+ from /127.0.0.1:\\d+ \\(.+\\): .+"));
    server.takesNoMemory();
  }

  @Test
  void survivesRandomlyDamagedRequests() throws Exception {
    long seed = 7;
    Random random = new Random(seed);
    byte[] whole =
        RawClient.frame(
            WatchedDoor.produceRequest("acks", (short) -1, WatchedDoor.records("v")), 1);
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      RawClient client = new RawClient(server.port());
      client.send(damaged);
      clients.add(client);
    }
    for (RawClient client : clients) {
      client.close();
    }
    await().until(() -> server.gauge("millrace.connections") == 1);
    assertThat(server.warnings()).as("what the log says").hasSizeGreaterThan(100);
    assertThat(server.count("millrace.connections.refused")).isGreaterThan(100);
    server.takesNoMemory();
  }

  private void assertClosedAfter(byte[] frame) throws IOException {
    assertClosedAfterRaw(
        ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array());
  }

  private void assertClosedAfterRaw(byte[] bytes) throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.sendRaw(bytes);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  private double malformed() {
    return server.count("millrace.kafka.requests.malformed");
  }
}

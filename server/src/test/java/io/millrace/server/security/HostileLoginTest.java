package io.millrace.server.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.door.kafka.KafkaRequests;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.SaslAuthenticateResponse;
import org.apache.kafka.common.requests.SaslHandshakeResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who does not log in as it should is not served, and costs little. */
@Timeout(120)
final class HostileLoginTest {
  private static final long DEADLINE_MS = 1500;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningSecurity server;

  @BeforeEach
  void start() throws Exception {
    server =
        new RunningSecurity(
            directory, "auth.deadline-ms", DEADLINE_MS + "ms", "auth.max-session-ms", "1s");
    server.add("alice");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A client that says what it likes. */
  private final class Raw implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    Raw() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      socket.setSoTimeout(30_000);
      in = new DataInputStream(socket.getInputStream());
    }

    void send(byte[] frame) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(frame.length);
      out.write(frame);
      socket.getOutputStream().write(bytes.toByteArray());
    }

    void send(ApiKeys key, int version, ApiMessage request) throws IOException {
      send(KafkaRequests.frame(key, (short) version, 1, request));
    }

    byte[] receive() throws IOException {
      byte[] frame = new byte[in.readInt()];
      in.readFully(frame);
      return frame;
    }

    /** Takes an answer; false when there is none, as the connection is closed. */
    boolean isAnswered() throws IOException {
      try {
        receive();
        return true;
      } catch (EOFException | SocketException e) {
        return false;
      }
    }

    boolean isClosed() throws IOException {
      try {
        return in.read() < 0;
      } catch (SocketException e) {
        return true;
      }
    }

    Errors handshake(int version, String mechanism) throws IOException {
      send(ApiKeys.SASL_HANDSHAKE, version, new SaslHandshakeRequestData().setMechanism(mechanism));
      ByteBuffer answer = ByteBuffer.wrap(receive());
      answer.getInt();
      return SaslHandshakeResponse.parse(new ByteBufferAccessor(answer), (short) version).error();
    }

    SaslAuthenticateResponse authenticate(String token) throws IOException {
      send(
          ApiKeys.SASL_AUTHENTICATE,
          1,
          new SaslAuthenticateRequestData().setAuthBytes(token.getBytes(UTF_8)));
      ByteBuffer answer = ByteBuffer.wrap(receive());
      answer.getInt();
      return SaslAuthenticateResponse.parse(new ByteBufferAccessor(answer), (short) 1);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void servesNothingElseBeforeALogin() throws Exception {
    try (Raw client = new Raw()) {
      client.send(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
      assertThat(client.receive()).isNotEmpty();
      client.send(ApiKeys.METADATA, 1, new MetadataRequestData());
      assertThat(client.isClosed()).isTrue();
    }
    try (Raw client = new Raw()) {
      assertThat(client.authenticate("\0alice\0alice-secret").error())
          .isEqualTo(Errors.ILLEGAL_SASL_STATE);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void refusesLargeFramesBeforeALoginAndTakesThemAfterwards() throws Exception {
    try (Raw client = new Raw()) {
      client.socket.getOutputStream().write(new byte[] {0, 1, 0, 1}); // 64 KiB and a byte
      assertThat(client.isClosed()).isTrue();
    }
    try (Raw client = new Raw()) {
      assertThat(client.handshake(1, "PLAIN")).isEqualTo(Errors.NONE);
      assertThat(client.authenticate("\0alice\0alice-secret").error()).isEqualTo(Errors.NONE);
      MetadataRequestData large = new MetadataRequestData().setAllowAutoTopicCreation(false);
      for (int i = 0; i < 1000; i++) {
        large.topics().add(new MetadataRequestTopic().setName("x".repeat(100) + i));
      }
      client.send(ApiKeys.METADATA, 4, large);
      assertThat(client.receive()).isNotEmpty();
    }
  }

  @Test
  void closesWhoNeverFinishes() throws Exception {
    try (Raw client = new Raw()) {
      long before = System.nanoTime();
      client.handshake(1, "SCRAM-SHA-256");
      client.authenticate("n,,n=alice,r=abc");
      assertThat(client.isClosed()).isTrue();
      assertThat((System.nanoTime() - before) / 1_000_000)
          .isBetween(DEADLINE_MS / 2, DEADLINE_MS + 20_000);
    }
  }

  @Test
  void closesAtTheNextRequestWhenASessionHasEnded() throws Exception {
    try (Raw client = new Raw()) {
      client.handshake(1, "PLAIN");
      SaslAuthenticateResponse in = client.authenticate("\0alice\0alice-secret");
      assertThat(in.sessionLifetimeMs()).isEqualTo(1000);
      client.handshake(1, "PLAIN");
      assertThat(client.authenticate("\0alice\0alice-secret").error()).isEqualTo(Errors.NONE);
      long sinceNs = System.nanoTime();
      do {
        client.send(ApiKeys.METADATA, 1, new MetadataRequestData());
      } while (client.isAnswered());
      assertThat(System.nanoTime() - sinceNs).isGreaterThan(900_000_000L);
    }
  }

  @Test
  void refusesToBecomeSomebodyElse() throws Exception {
    server.add("bob");
    try (Raw client = new Raw()) {
      client.handshake(1, "PLAIN");
      client.authenticate("\0alice\0alice-secret");
      client.handshake(1, "PLAIN");
      assertThat(client.authenticate("\0bob\0bob-secret").error())
          .isEqualTo(Errors.SASL_AUTHENTICATION_FAILED);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void letsOldClientsLogInWithBareFrames() throws Exception {
    try (Raw client = new Raw()) {
      assertThat(client.handshake(0, "PLAIN")).isEqualTo(Errors.NONE);
      client.send("\0alice\0alice-secret".getBytes(UTF_8));
      assertThat(client.receive()).isEmpty();
      client.send(ApiKeys.METADATA, 1, new MetadataRequestData());
      assertThat(client.receive()).isNotEmpty();
    }
    try (Raw client = new Raw()) {
      client.handshake(0, "PLAIN");
      client.send("\0alice\0wrong".getBytes(UTF_8));
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void survivesGarbageInPlaceOfTokens() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      try (Raw client = new Raw()) {
        int version = random.nextInt(2);
        client.handshake(version, random.nextBoolean() ? "PLAIN" : "SCRAM-SHA-512");
        byte[] garbage = new byte[random.nextInt(6000)];
        random.nextBytes(garbage);
        if (version == 0) {
          client.send(garbage);
        } else {
          client.send(
              ApiKeys.SASL_AUTHENTICATE,
              1,
              new SaslAuthenticateRequestData().setAuthBytes(garbage));
          client.receive();
        }
        assertThat(client.isClosed()).as("seed %d", seed).isTrue();
      } catch (EOFException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    try (Raw client = new Raw()) {
      client.handshake(1, "PLAIN");
      assertThat(client.authenticate("\0alice\0alice-secret").error()).isEqualTo(Errors.NONE);
    }
  }
}

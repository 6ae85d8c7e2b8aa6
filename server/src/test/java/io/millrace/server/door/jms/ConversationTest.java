package io.millrace.server.door.jms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Consuming;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.Goodbye;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.Leave;
import io.millrace.jms.wire.Left;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Pong;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sent;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.Sidecar;
import io.millrace.jms.wire.Welcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several JMS connections on one socket know nothing of each other. */
@Timeout(120)
final class ConversationTest {
  private static final UUID NEW = new UUID(0, 0);
  private static final int ONE = 1;
  private static final int TWO = 2;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningJms server;

  @SuppressWarnings("NullAway.Init")
  private RawJms socket;

  @BeforeEach
  void start() throws Exception {
    server = new RunningJms(directory);
    socket = new RawJms(server.port());
    socket.preamble(Preamble.CURRENT);
  }

  @AfterEach
  void stop() throws Exception {
    socket.close();
    server.close();
  }

  @Test
  void eachHasItsOwnSessionsAndDestinations() throws Exception {
    greet(ONE, NEW);
    greet(TWO, NEW);
    int number = queue(ONE, "q");

    socket.send(TWO, send(7, number));
    assertThat(socket.receive(TWO))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo(ErrorCode.PROTOCOL));

    assertThat(queue(TWO, "q")).as("each counts from the beginning").isEqualTo(number);
    socket.send(ONE, send(8, number));
    assertThat(socket.receive(ONE)).isEqualTo(new Sent(8, 0));
  }

  @Test
  void whoLeavesWithoutGoodbyeGivesBackWhatItHeld() throws Exception {
    greet(ONE, NEW);
    greet(TWO, NEW);
    int number = queue(ONE, "q");
    socket.send(ONE, send(5, number));
    assertThat(socket.receive(ONE)).isEqualTo(new Sent(5, 0));
    consumes(ONE, number);

    socket.send(ONE, new Leave());

    consumes(TWO, queue(TWO, "q"));
  }

  @Test
  void whatComesBehindTheEndIsNotHeardAndDisturbsNobody() throws Exception {
    greet(ONE, NEW);
    greet(TWO, NEW);
    socket.send(ONE, new Goodbye(9));
    assertThat(socket.receive(ONE)).isEqualTo(new Done(9));
    assertThat(socket.receive(ONE)).as("a second later").isEqualTo(new Left());

    socket.send(ONE, new Ping(10));
    socket.send(ONE, new Leave());

    socket.send(TWO, new Ping(11));
    assertThat(socket.receive(TWO)).isEqualTo(new Pong(11));
  }

  @Test
  void aReturnInAnotherConversationEndsTheOneBefore() throws Exception {
    UUID key = greet(ONE, NEW).connectionKey();

    socket.send(TWO, new Hello(1, "raw", "0", null, null, null, key));

    assertThat(socket.receive(TWO))
        .isInstanceOfSatisfying(
            Welcome.class, welcome -> assertThat(welcome.resumed()).isEqualTo(true));
    assertThat(socket.receive(ONE)).isEqualTo(new Left());
  }

  @Test
  void aRefusedOneLeavesTheOthersInPeace() throws Exception {
    socket.send(ONE, new Hello(1, "raw", "0", "taken", null, null, NEW));
    assertThat(socket.receive(ONE)).isInstanceOf(Welcome.class);

    socket.send(TWO, new Hello(1, "raw", "0", "taken", null, null, NEW));

    assertThat(socket.receive(TWO))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo(ErrorCode.CLIENT_ID));
    assertThat(socket.receive(TWO)).isEqualTo(new Left());
    socket.send(ONE, new Ping(3));
    assertThat(socket.receive(ONE)).isEqualTo(new Pong(3));
  }

  @Test
  void theirNumberIsLimited() throws Exception {
    int most = 10_000;
    for (int number = 1; number <= most; number++) {
      socket.send(number, new Hello(1, "raw", "0", null, null, null, NEW));
      assertThat(socket.receive(number)).isInstanceOf(Welcome.class);
    }

    socket.send(most + 1, new Hello(1, "raw", "0", null, null, null, NEW));

    assertThat(socket.receive(most + 1))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo(ErrorCode.LIMIT));
    assertThat(socket.receive(most + 1)).isEqualTo(new Left());
    socket.send(most, new Leave());
    greet(most + 2, NEW);
  }

  private Welcome greet(int conversation, UUID key) throws IOException {
    socket.send(conversation, new Hello(1, "raw", "0", null, null, null, key));
    ServerFrame answer = socket.receive(conversation);
    assertThat(answer).isInstanceOf(Welcome.class);
    socket.send(conversation, new OpenSession(2, 1));
    assertThat(socket.receive(conversation)).isEqualTo(new Done(2));
    return (Welcome) answer;
  }

  private int queue(int conversation, String name) throws IOException {
    socket.send(conversation, new Resolve(3, DestinationKind.QUEUE, name, true, false));
    ServerFrame answer = socket.receive(conversation);
    assertThat(answer).isInstanceOf(DestinationInfo.class);
    return ((DestinationInfo) answer).destinationId();
  }

  /** Opens a consumer, which gets a message, be it before or behind the answer. */
  private void consumes(int conversation, int destination) throws IOException {
    socket.send(conversation, consume(6, destination));
    assertThat(
            List.of(
                requireNonNull(socket.receive(conversation)),
                requireNonNull(socket.receive(conversation))))
        .hasAtLeastOneElementOfType(Consuming.class)
        .hasAtLeastOneElementOfType(Deliver.class);
  }

  private static Send send(int requestId, int destination) {
    ByteBuffer batch =
        MemoryRecords.withRecords(Compression.NONE, new SimpleRecord("x".getBytes(UTF_8))).buffer();
    return new Send(requestId, destination, 0, 1, 0, 0, Sidecar.ofDefaults(), batch);
  }

  private static Consume consume(int requestId, int destination) {
    return new Consume(
        requestId,
        1,
        1,
        destination,
        ConsumerMode.QUEUE,
        null,
        null,
        false,
        10,
        List.of(),
        List.of());
  }
}

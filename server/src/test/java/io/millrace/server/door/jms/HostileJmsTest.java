package io.millrace.server.door.jms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.wire.Ack;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.CloseConsumer;
import io.millrace.jms.wire.CloseSession;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Consuming;
import io.millrace.jms.wire.Credit;
import io.millrace.jms.wire.DeleteTemporary;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.Goodbye;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.Outcome;
import io.millrace.jms.wire.PartitionOffset;
import io.millrace.jms.wire.Pause;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Poll;
import io.millrace.jms.wire.Pong;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.ProducerId;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.Rollback;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sent;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.SetClientId;
import io.millrace.jms.wire.Sidecar;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.jms.wire.TransactedSend;
import io.millrace.jms.wire.Unsubscribe;
import io.millrace.server.cursor.CursorStats;
import io.millrace.server.testing.Bystander;
import io.millrace.server.testing.Warnings;
import io.millrace.server.testing.WrongBatches;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a JMS peer sends, it is told what is wrong, or its connection is closed with the reason,
 * and nobody else notices. The log and the metrics say so too.
 */
@Timeout(120)
final class HostileJmsTest {
  private static final ByteBuffer DEFAULTS = Sidecar.ofDefaults();
  private static final UUID NEW = new UUID(0, 0);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningJms server;

  @SuppressWarnings("NullAway.Init")
  private Bystander bystander;

  private final Warnings warnings = new Warnings("io.millrace.server.net");

  @BeforeEach
  void start() throws Exception {
    server = new RunningJms(directory);
    bystander = JmsBystander.at(server.port());
  }

  @AfterEach
  void stop() throws Exception {
    warnings.close();
    bystander.close();
    try (JMSContext context = server.factory().createContext()) {
      Queue queue = context.createQueue("another");
      context.createProducer().send(queue, "alive");
      assertThat(context.createConsumer(queue).receiveBody(String.class, 20_000))
          .isEqualTo("alive");
    }
    server.close();
  }

  /** So many connections were closed; the log gives a reason for each, the metric counts them. */
  private void saysWhy(int connections, String reason) {
    await()
        .untilAsserted(
            () -> {
              assertThat(server.count("millrace.connections.refused")).isEqualTo(connections);
              assertThat(warnings.lines())
                  .hasSize(connections)
                  .allSatisfy(
                      line ->
                          assertThat(line)
                              .matches(
                                  "closing connection \\d+ from /127.0.0.1:\\d+ \\(jms\\): \\S.+"));
              // A client may see its end before the log has the line.
              assertThat(warnings.lines()).anySatisfy(line -> assertThat(line).contains(reason));
            });
  }

  /** So many requests were refused to one client; the log says of the first one why. */
  private void saysWhyRefused(int requests, ErrorCode code, String... reason) {
    assertThat(server.count("millrace.jms.requests.failed")).isEqualTo(requests);
    assertThat(warnings.lines())
        .as("one line for one connection, however often")
        .singleElement()
        .asString()
        .contains("connection ", " from /127.0.0.1:", " was refused request 4: " + code + ": ")
        .contains(reason);
  }

  /** When nobody is at work any more. */
  private void takesNoMemory() {
    bystander.noticedNothing();
    await().until(() -> server.gauge("millrace.requests.memory") == 0);
  }

  @Test
  void aTemporaryDestinationOfAnotherIsNotTakenOver() throws Exception {
    String name = Resolve.TEMPORARY_PREFIX + "of-one";
    try (RawJms one = RawJms.greeted(server.port());
        RawJms other = RawJms.greeted(server.port())) {
      one.send(new Resolve(4, DestinationKind.QUEUE, name, true, true));
      assertThat(one.receive()).isInstanceOf(DestinationInfo.class);

      other.send(new Resolve(4, DestinationKind.QUEUE, name, true, true));
      other.isRefused(4, ErrorCode.DESTINATION);
      other.send(new Goodbye(5));
      assertThat(other.receive()).isEqualTo(new Done(5));

      assertThat(server.broker().catalog().find(name)).isNotNull();
      one.send(new Resolve(6, DestinationKind.QUEUE, name, true, true));
      assertThat(one.receive()).as("its own, again").isInstanceOf(DestinationInfo.class);
    }
  }

  // ---- frames

  @Test
  void endsWhatSpeaksNoVersionOfTheProtocol() throws Exception {
    for (Preamble wrong : List.of(new Preamble(9, 9), new Preamble(0xffff, 2))) {
      try (RawJms client = new RawJms(server.port())) {
        client.preamble(wrong);
        client.isEnded();
      }
    }
    try (RawJms client = new RawJms(server.port())) {
      client.sendRaw("MRJM\0\1\0\2".getBytes(UTF_8));
      client.isClosed();
    }
    saysWhy(3, "not a JMS client's preamble");
  }

  @Test
  void endsWhatDoesNotBeginWithHello() throws Exception {
    for (ClientFrame frame : samples()) {
      if (frame instanceof Hello) {
        continue;
      }
      try (RawJms client = new RawJms(server.port())) {
        client.preamble(Preamble.CURRENT);
        client.send(frame);
        client.isEnded();
      }
    }
    saysWhy(samples().size() - 1, "the first frame is PAUSE and not HELLO");
  }

  @Test
  void endsFramesOfImpossibleLengthBeforeTakingMemoryForThem() throws Exception {
    for (int length :
        new int[] {0, -1, FrameDecoder.MAX_BYTES_BEFORE_WELCOME + 1, Integer.MAX_VALUE}) {
      try (RawJms client = new RawJms(server.port())) {
        client.preamble(Preamble.CURRENT);
        client.sendRaw(ByteBuffer.allocate(4).putInt(length).array());
        client.isEnded();
      }
    }
    for (int length : new int[] {0, -1, Integer.MAX_VALUE}) {
      try (RawJms client = RawJms.greeted(server.port())) {
        client.sendRaw(ByteBuffer.allocate(4).putInt(length).array());
        client.isEnded();
      }
    }
    saysWhy(7, "a frame of 2147483647 bytes");
    takesNoMemory();
  }

  @Test
  void answersWhatCameBeforeAFrameOfImpossibleLengthAndLogsIt() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      byte[] ping = RawJms.bodyOf(new Ping(1234));
      client.sendRaw(
          ByteBuffer.allocate(8 + ping.length + 4)
              .putInt(4 + ping.length)
              .putInt(RawJms.CONVERSATION)
              .put(ping)
              .putInt(Integer.MAX_VALUE)
              .array());
      assertThat(client.receive()).isEqualTo(new Pong(1234));
      client.isEnded();
      await()
          .untilAsserted(
              () ->
                  assertThat(warnings.lines())
                      .singleElement()
                      .asString()
                      .contains(":" + client.localPort() + " ", "a frame of 2147483647 bytes"));
    }
  }

  @Test
  void endsFramesOfUnknownTypesAndOfTheServersOwn() throws Exception {
    int[] types = {0, 21, 63, 64, 65, 76, 127, 128, 255};
    for (int type : types) {
      try (RawJms client = RawJms.greeted(server.port())) {
        client.sendFrame(new byte[] {(byte) type, 0, 0, 0, 1});
        client.isEnded();
      }
    }
    saysWhy(types.length, "255");
  }

  @Test
  void endsRandomNoiseBehindAGoodPreamble() throws Exception {
    Random random = new Random(11);
    int rounds = 100;
    for (int round = 0; round < rounds; round++) {
      byte[] noise = new byte[1 + random.nextInt(5_000)];
      random.nextBytes(noise);
      // A length that is not too large, so that what is in the frame is read, too.
      boolean framed = round % 2 == 0;
      if (framed) {
        noise = ByteBuffer.allocate(4 + noise.length).putInt(noise.length).put(noise).array();
      }
      try (RawJms client =
          round % 4 < 2 ? RawJms.greeted(server.port()) : new RawJms(server.port())) {
        if (round % 4 >= 2) {
          client.preamble(Preamble.CURRENT);
        }
        client.sendRaw(noise);
        client.isOver();
      }
    }
    saysWhy(rounds, "");
    takesNoMemory();
  }

  @Test
  void endsFramesThatAreCutShortOrTooLong() throws Exception {
    int sent = 0;
    for (ClientFrame frame : samples()) {
      byte[] body = RawJms.bodyOf(frame);
      for (int size = 1; size <= body.length + 1; size++) {
        if (size == body.length) {
          continue;
        }
        try (RawJms client = RawJms.greeted(server.port())) {
          client.sendFrame(Arrays.copyOf(body, size));
          client.isEnded();
          sent++;
        }
      }
    }
    saysWhy(sent, "1 bytes left over behind the last field");
    takesNoMemory();
  }

  @Test
  void survivesRandomlyDamagedFrames() throws Exception {
    long seed = 5;
    Random random = new Random(seed);
    List<ClientFrame> samples = samples();
    for (int round = 0; round < 200; round++) {
      try (RawJms client = RawJms.greeted(server.port())) {
        client.queue("target");
        for (int frames = 0; frames < 5; frames++) {
          byte[] body = RawJms.bodyOf(samples.get(random.nextInt(samples.size())));
          for (int flips = random.nextInt(3); flips >= 0; flips--) {
            body[random.nextInt(body.length)] = (byte) random.nextInt();
          }
          client.sendFrame(body);
        }
      } catch (IOException closedMeanwhile) {
        assertThat(closedMeanwhile).isNotInstanceOf(java.net.SocketTimeoutException.class);
      }
    }
    assertThat(warnings.lines()).as("what the log says").hasSizeGreaterThan(50);
    assertThat(server.count("millrace.connections.refused")).isGreaterThan(50);
    takesNoMemory();
  }

  @Test
  void endsListsThatClaimMoreThanTheFrameHolds() throws Exception {
    byte[] body =
        RawJms.bodyOf(new Ack(4, 1, 0, 1, Outcome.ACCEPT, List.of(new OffsetRange(0, 0, 0))));
    int count = body.length - 20 - 4;
    for (int claimed : new int[] {2, 1 << 20, Integer.MAX_VALUE, -1}) {
      ByteBuffer.wrap(body).putInt(count, claimed);
      try (RawJms client = RawJms.greeted(server.port())) {
        client.sendFrame(body);
        client.isEnded();
      }
    }
    saysWhy(4, "a list of ");
    takesNoMemory();
  }

  // ---- names and numbers

  @Test
  void refusesNamesThatAreNone() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      for (String name : List.of("", ".", "..", "a/b", "a\0b", "a b", "ü", "x".repeat(250))) {
        client.send(new Resolve(4, DestinationKind.QUEUE, name, true, false));
        client.isRefused(4, ErrorCode.DESTINATION);
      }
      client.send(new Resolve(4, DestinationKind.QUEUE, "plain", true, true));
      client.isRefused(4, ErrorCode.DESTINATION);
      client.send(
          new Resolve(4, DestinationKind.QUEUE, Resolve.TEMPORARY_PREFIX + "x", true, false));
      client.isRefused(4, ErrorCode.DESTINATION);
      isAlive(client);
    }
    saysWhyRefused(10, ErrorCode.DESTINATION, "name");
  }

  @Test
  void refusesToResolveWhatIsNotThereAndIsNotToBeCreated() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      for (DestinationKind kind : DestinationKind.values()) {
        client.send(new Resolve(4, kind, "absent", false, false));
        client.isRefused(4, ErrorCode.DESTINATION);
      }
      assertThat(server.broker().catalog().find("absent")).isNull();
      isAlive(client);
    }
    saysWhyRefused(2, ErrorCode.DESTINATION, "absent");
  }

  @Test
  void aClientThatCreatesNothingLearnsThatADestinationIsNotThere() throws Exception {
    MillraceConnectionFactory factory =
        new MillraceConnectionFactory(
            "millrace://127.0.0.1:" + server.port() + "?createDestinations=false");
    try (JMSContext context = factory.createContext()) {
      Queue absent = context.createQueue("absent");
      assertThatThrownBy(() -> context.createConsumer(absent))
          .isInstanceOf(InvalidDestinationRuntimeException.class)
          .hasMessageContaining("absent");
      assertThatThrownBy(() -> context.createProducer().send(absent, "x"))
          .isInstanceOf(InvalidDestinationRuntimeException.class)
          .hasMessageContaining("absent");
      assertThatThrownBy(() -> context.createBrowser(absent).getEnumeration())
          .isInstanceOf(InvalidDestinationRuntimeException.class);
    }
    assertThat(server.broker().catalog().find("absent")).isNull();
  }

  @Test
  void refusesNumbersOfWhatIsNotThere() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      int queue = client.queue("q").destinationId();
      client.send(send(4, 99, 0, batch("x")));
      client.isRefused(4, ErrorCode.PROTOCOL);
      client.send(send(5, queue, 7, batch("x")));
      client.isRefused(5, ErrorCode.DESTINATION);
      client.send(consume(6, 1, 9, queue, 1, List.of()));
      client.isRefused(6, ErrorCode.PROTOCOL);
      client.send(new Poll(7, 77));
      client.isRefused(7, ErrorCode.PROTOCOL);
      client.send(new Rollback(8, 55, 1));
      client.isRefused(8, ErrorCode.PROTOCOL);
      client.send(
          new Commit(
              9, 1, 3, 0, 0, List.of(new TransactedAck(7, new OffsetRange(0, 0, 1))), List.of()));
      client.isRefused(9, ErrorCode.ROLLED_BACK);
      client.send(new Commit(10, 1, 4, 5, 0, List.of(), List.of()));
      client.isRefused(10, ErrorCode.ROLLED_BACK);
      client.send(new Unsubscribe(11, "none"));
      client.isRefused(11, ErrorCode.SUBSCRIPTION);
      client.send(new DeleteTemporary(12, queue));
      client.isRefused(12, ErrorCode.DESTINATION);
      isAlive(client);
    }
    saysWhyRefused(9, ErrorCode.PROTOCOL, "99");
  }

  @Test
  void limitsSessionsAndConsumersOfAConnection() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      int most = JmsDoorConfig.DEFAULT.maxSessions();
      for (int session = 2; session <= most; session++) {
        client.send(new OpenSession(4, session));
        assertThat(client.receive()).isEqualTo(new Done(4));
      }
      client.send(new OpenSession(5, most + 1));
      client.isRefused(5, ErrorCode.LIMIT);
      isAlive(client);
    }
    assertThat(server.count("millrace.jms.requests.failed")).isEqualTo(1);
    assertThat(warnings.lines())
        .singleElement()
        .asString()
        .contains(" was refused request 5: LIMIT: a connection has at most ")
        .endsWith(" sessions");
  }

  // ---- batches

  @Test
  void refusesBatchesThatAreNone() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      int queue = client.queue("q").destinationId();
      for (byte[] each : wrongBatches()) {
        client.send(send(4, queue, 0, ByteBuffer.wrap(each)));
        client.isRefused(4, ErrorCode.PROTOCOL);
      }
      client.send(send(5, queue, 0, batch("x")));
      assertThat(client.receive()).as("the first that was appended").isEqualTo(new Sent(5, 0));
    }
    saysWhyRefused(wrongBatches().size(), ErrorCode.PROTOCOL, "no whole record batch");
    takesNoMemory();
  }

  @Test
  void rollsBackTransactionsWithBatchesThatAreNone() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      int queue = client.queue("q").destinationId();
      int other = client.queue("other").destinationId();
      int transaction = 1;
      for (byte[] each : wrongBatches()) {
        List<TransactedSend> sends =
            List.of(
                new TransactedSend(other, 0, DEFAULTS.duplicate(), batch("good")),
                new TransactedSend(queue, 0, DEFAULTS.duplicate(), ByteBuffer.wrap(each)));
        client.send(new Commit(4, 1, transaction++, 0, 0, List.of(), sends));
        client.isRefused(4, ErrorCode.PROTOCOL);
      }
      client.send(send(5, queue, 0, batch("x")));
      assertThat(client.receive()).as("nothing was appended").isEqualTo(new Sent(5, 0));
      client.send(send(6, other, 0, batch("x")));
      assertThat(client.receive()).as("nothing was appended").isEqualTo(new Sent(6, 0));
    }
    saysWhyRefused(wrongBatches().size(), ErrorCode.PROTOCOL, "no whole record batch");
    takesNoMemory();
  }

  private static List<byte[]> wrongBatches() {
    byte[] good = bytes(batch("x"));
    byte[] wrongChecksum = good.clone();
    wrongChecksum[wrongChecksum.length - 1]++;
    byte[] wrongLength = good.clone();
    ByteBuffer.wrap(wrongLength).putInt(8, Integer.MAX_VALUE);
    byte[] negativeLength = good.clone();
    ByteBuffer.wrap(negativeLength).putInt(8, -1);
    byte[] oldMagic = good.clone();
    oldMagic[16] = 1;
    byte[] two = Arrays.copyOf(good, 2 * good.length);
    System.arraycopy(good, 0, two, good.length, good.length);
    return List.of(
        new byte[0],
        new byte[] {1},
        new byte[61],
        wrongChecksum,
        wrongLength,
        negativeLength,
        oldMagic,
        bytes(WrongBatches.of(CompressionType.NONE, 2, WrongBatches.recordAndZeros(40))),
        bytes(WrongBatches.of(CompressionType.GZIP, 1000, WrongBatches.recordAndZeros(8000))),
        Arrays.copyOf(good, good.length - 1),
        Arrays.copyOf(good, good.length + 1),
        two);
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      int queue = client.queue("q").destinationId();
      client.send(send(4, queue, 0, batch("x".repeat(2 << 20))));
      client.isRefused(4, ErrorCode.TOO_LARGE);
      isAlive(client);
    }
    saysWhyRefused(1, ErrorCode.TOO_LARGE, "bytes");
    takesNoMemory();
  }

  @Test
  void refusesTransactionsThatAreTooLarge() throws Exception {
    int most = server.broker().transactions().maxBytes();
    ByteBuffer megabyte = batch("x".repeat(1_000_000));
    try (RawJms client = RawJms.greeted(server.port())) {
      int queue = client.queue("q").destinationId();
      // All of it ahead of the commit: what goes too far is refused, and so is what it belongs to.
      int sends = most / megabyte.remaining() + 1;
      for (int i = 1; i <= sends; i++) {
        client.send(
            new Send(i == sends ? 4 : 0, queue, 0, 1, 7, 0, DEFAULTS.duplicate(), megabyte));
      }
      client.isRefused(4, ErrorCode.TOO_LARGE);
      client.send(new Commit(5, 1, 7, sends, 0, List.of(), List.of()));
      client.isRefused(5, ErrorCode.ROLLED_BACK);

      // A part ahead, and a part with the commit.
      int half = sends / 2;
      List<TransactedSend> rest = new ArrayList<>();
      for (int i = 0; i < half; i++) {
        client.send(new Send(0, queue, 0, 1, 8, 0, DEFAULTS.duplicate(), megabyte));
      }
      for (int i = half; i < sends; i++) {
        rest.add(new TransactedSend(queue, 0, DEFAULTS.duplicate(), megabyte));
      }
      client.send(new Commit(6, 1, 8, half, 0, List.of(), rest));
      client.isRefused(6, ErrorCode.TOO_LARGE);

      client.send(send(9, queue, 0, batch("x")));
      assertThat(client.receive()).as("nothing was appended").isEqualTo(new Sent(9, 0));
      isAlive(client);
    }
    saysWhyRefused(3, ErrorCode.TOO_LARGE, "transaction");
    takesNoMemory();
  }

  @Test
  void refusesCompressedBatchesAsTheyMayBeBombs() throws Exception {
    List<Compression> codecs =
        List.of(
            Compression.gzip().build(),
            Compression.snappy().build(),
            Compression.lz4().build(),
            Compression.zstd().build());
    try (RawJms client = RawJms.greeted(server.port())) {
      int queue = client.queue("q").destinationId();
      int transaction = 1;
      for (Compression codec : codecs) {
        ByteBuffer bomb =
            MemoryRecords.withRecords(codec, new SimpleRecord(new byte[8 << 20])).buffer();
        assertThat(bomb.remaining()).isLessThan(1 << 20);
        client.send(send(4, queue, 0, bomb));
        client.isRefused(4, ErrorCode.PROTOCOL);
        List<TransactedSend> sends =
            List.of(
                new TransactedSend(queue, 0, DEFAULTS.duplicate(), batch("good")),
                new TransactedSend(queue, 0, DEFAULTS.duplicate(), bomb));
        client.send(new Commit(5, 1, transaction++, 0, 0, List.of(), sends));
        client.isRefused(5, ErrorCode.PROTOCOL);
        client.send(
            new Send(6, queue, 0, 1, transaction, 0, DEFAULTS.duplicate(), bomb.duplicate()));
        client.isRefused(6, ErrorCode.PROTOCOL);
        client.send(new Commit(7, 1, transaction++, 1, 0, List.of(), List.of()));
        client.isRefused(7, ErrorCode.ROLLED_BACK);
      }
      client.send(send(8, queue, 0, batch("x")));
      assertThat(client.receive()).as("nothing was appended").isEqualTo(new Sent(8, 0));
    }
    saysWhyRefused(4 * codecs.size(), ErrorCode.PROTOCOL, "compress");
    takesNoMemory();
  }

  // ---- claims

  @Test
  void givesBackClaimsOfWhatWasNeverSent() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      int queue = client.queue("q").destinationId();
      client.send(send(4, queue, 0, batch("x")));
      client.receive();
      List<OffsetRange> everything = List.of(new OffsetRange(0, 0, Long.MAX_VALUE));

      client.send(consume(5, 1, 1, queue, 0, everything));

      assertThat(client.receive())
          .isEqualTo(new Consuming(5, List.of(new OffsetRange(0, 1, Long.MAX_VALUE)), List.of()));
      for (Outcome outcome : Outcome.values()) {
        client.send(new Ack(6, 1, 0, 1, outcome, List.of(new OffsetRange(0, 1, Long.MAX_VALUE))));
        assertThat(client.receive()).isEqualTo(new Done(6));
      }
      client.send(new Ack(7, 1, 0, 1, Outcome.ACCEPT, everything));
      assertThat(client.receive()).isEqualTo(new Done(7));
      assertThat(stats().floor()).isEqualTo(1);
      client.send(new Ack(8, 1, 0, 1, Outcome.ACCEPT, List.of(new OffsetRange(5, 0, 0))));
      client.isRefused(8, ErrorCode.PROTOCOL);
    }
  }

  @Test
  void creditCannotOverflow() throws Exception {
    try (RawJms client = RawJms.greeted(server.port())) {
      int queue = client.queue("q").destinationId();
      client.send(consume(4, 1, 1, queue, Integer.MAX_VALUE, List.of()));
      assertThat(client.receive()).isInstanceOf(Consuming.class);
      for (int i = 0; i < 5; i++) {
        client.send(new Credit(1, Integer.MAX_VALUE));
      }
      client.send(new Credit(1, -5));
      client.send(send(5, queue, 0, batch("x")));
      ServerFrame first = client.receive();
      ServerFrame second = client.receive();
      assertThat(List.of(first, second)).hasAtLeastOneElementOfType(Deliver.class);
    }
  }

  @Test
  void whoNeverReadsGetsABoundedShareAndOthersGetTheirs() throws Exception {
    int messages = 3_000;
    String body = "x".repeat(20_000);
    try (JMSContext context = server.factory().createContext();
        RawJms deaf = RawJms.greeted(server.port())) {
      Queue queue = context.createQueue("q");
      int number = deaf.queue("q").destinationId();
      deaf.send(consume(4, 1, 1, number, 1 << 30, List.of()));
      assertThat(deaf.receive()).isInstanceOf(Consuming.class);
      for (int i = 0; i < messages; i++) {
        context.createProducer().setAsync(null).send(queue, body);
      }
      assertThat(stats().inFlight())
          .as("what the server has handed to a client that does not read")
          .isLessThan(messages);

      int received = 0;
      try (var consumer = context.createConsumer(queue)) {
        long wanted = messages - stats().inFlight() - 1;
        while (received < wanted && consumer.receive(20_000) != null) {
          received++;
        }
        assertThat((long) received).isEqualTo(wanted);
      }
    }
  }

  private CursorStats stats() throws Exception {
    UUID topic = server.broker().catalog().get("q").id();
    return server.cursors().stream()
        .filter(s -> s.key().topicId().equals(topic))
        .findFirst()
        .orElseThrow();
  }

  private static void isAlive(RawJms client) throws IOException {
    client.send(new Ping(1234));
    assertThat(client.receive()).isEqualTo(new Pong(1234));
  }

  private static Send send(int requestId, int destination, int partition, ByteBuffer batch) {
    return new Send(requestId, destination, partition, 1, 0, 0, DEFAULTS.duplicate(), batch);
  }

  private static Consume consume(
      int requestId, int consumer, int session, int queue, int credit, List<OffsetRange> held) {
    return new Consume(
        requestId,
        consumer,
        session,
        queue,
        ConsumerMode.QUEUE,
        null,
        null,
        false,
        credit,
        held,
        List.of());
  }

  private static ByteBuffer batch(String value) {
    return MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(value.getBytes(UTF_8)))
        .buffer();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** Every frame of a client, with something in every list. */
  private static List<ClientFrame> samples() {
    return List.of(
        new Hello(1, "raw", "0", "id", "ann", "secret", NEW),
        new SetClientId(2, "client-1"),
        new Ping(3),
        new Resolve(4, DestinationKind.TOPIC, "t", true, false),
        new ProducerId(5),
        send(6, 1, 0, batch("x")),
        new Consume(
            7,
            8,
            1,
            1,
            ConsumerMode.SHARED_DURABLE,
            "sub",
            "",
            true,
            1000,
            List.of(new OffsetRange(0, 2, 3)),
            List.of(new PartitionOffset(0, 2))),
        new Credit(8, 500),
        new Ack(9, 1, 2, 8, Outcome.ACCEPT, List.of(new OffsetRange(0, 5, 5))),
        new CloseConsumer(10, 1),
        new OpenSession(11, 1),
        new CloseSession(12, 1),
        new Commit(
            13,
            1,
            2,
            0,
            0,
            List.of(new TransactedAck(8, new OffsetRange(0, 7, 8))),
            List.of(new TransactedSend(1, 0, DEFAULTS.duplicate(), batch("x")))),
        new Rollback(14, 1, 2),
        new Unsubscribe(15, "sub"),
        new DeleteTemporary(16, 4),
        new Poll(18, 1),
        new Pause(19, 1));
  }
}

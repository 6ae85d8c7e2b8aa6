package io.millrace.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.it.support.ServerProcess;
import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Pong;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.Welcome;
import io.millrace.server.testing.Bystander;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server on a small heap lives through each of these, and others are served meanwhile. */
@Timeout(180)
class HostileClientsTest {
  private static final String HEAP = "192m";
  private static final int PATIENCE_MS = 30_000;
  private static final Duration PATIENCE = Duration.ofMillis(PATIENCE_MS);

  @TempDir private Path directory;
  private final List<Socket> sockets = new ArrayList<>();
  private ServerProcess server;
  private JMSContext context;
  private KafkaProducer<byte[], byte[]> producer;
  private Bystander bystander;

  @BeforeEach
  void start() throws Exception {
    server = ServerProcess.startWithHeap(HEAP, directory);
    context =
        new MillraceConnectionFactory("millrace://127.0.0.1:" + server.port()).createContext();
    producer = producer("none");
    bystander = new Bystander(new AtWork());
  }

  @AfterEach
  void stop() throws Exception {
    bystander.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    producer.close();
    context.close();
    assertThat(server.terminate().exitCode()).isZero();
    server.close();
  }

  @Test
  void fiveThousandIdleConnections() throws Exception {
    int half = 2_500;
    List<Socket> kafka = new ArrayList<>();
    List<RawJms> jms = new ArrayList<>();
    for (int i = 0; i < half; i++) {
      Socket socket = connect();
      socket.getOutputStream().write(apiVersions());
      kafka.add(socket);
      jms.add(new RawJms(connect()));
      if (i % 500 == 0) {
        bystander.isServed();
      }
    }
    for (RawJms client : jms) {
      client.awaitWelcome();
    }

    assertThat(metric("millrace_connections")).isGreaterThanOrEqualTo(2 * half);
    assertThat(metric("millrace_jms_clients")).isGreaterThanOrEqualTo(half);
    othersAreServed();
    assertThat(metric("millrace_connections")).isGreaterThanOrEqualTo(2 * half);
    for (RawJms client : jms) {
      client.isServed();
    }
    for (Socket socket : kafka) {
      readAnswer(socket);
      socket.getOutputStream().write(apiVersions());
      readAnswer(socket);
    }
    assertThat(metric("millrace_connections_refused_total")).isZero();
    assertThat(metric("millrace_connections_over_limit_total")).isZero();
    bystander.noticedNothing();
    await().atMost(PATIENCE).until(() -> metric("millrace_requests_memory_bytes") == 0);
    assertThat(lines("closing")).as("what the log says of connections").isEmpty();
  }

  /** What it holds is larger than the server's heap. */
  @Test
  void aConsumerThatNeverAcknowledges() throws Exception {
    int messages = 300_000;
    byte[] kilobyte = new byte[1_000];
    for (int i = 0; i < messages; i++) {
      Future<?> unused = producer.send(new ProducerRecord<>("greedy", 0, null, kilobyte));
    }
    producer.flush();
    String inFlight = "millrace_queue_messages_inflight{queue=\"greedy\"}";
    try (JMSContext greedy =
        new MillraceConnectionFactory("millrace://127.0.0.1:" + server.port())
            .createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
      JMSConsumer consumer = greedy.createConsumer(greedy.createQueue("greedy"));
      for (int i = 0; i < messages; i++) {
        Message message = consumer.receive(PATIENCE_MS);
        assertThat(message).as("message %d", i).isNotNull();
        if (i % 100_000 == 0) {
          othersAreServed();
        }
      }
      assertThat(consumer.receiveNoWait()).isNull();
      await().atMost(PATIENCE).until(() -> metric(inFlight) == messages);
      othersAreServed();
      assertThat(lines(" of greedy-0 that it has not acknowledged"))
          .as("seldom, however many messages")
          .hasSize(2)
          .allMatch(line -> line.matches(".*consumer \\d+ of connection \\d+ from /127.0.0.1:.*"))
          .anyMatch(line -> line.matches(".* has 10\\d{3} messages .*"))
          .anyMatch(line -> line.matches(".* has 10\\d{4} messages .*"));
    }
    await().atMost(PATIENCE).until(() -> metric(inFlight) == 0);
    try (JMSConsumer next = context.createConsumer(context.createQueue("greedy"))) {
      for (int i = 0; i < 1_000; i++) {
        Message message = next.receive(PATIENCE_MS);
        assertThat(message).as("message %d again", i).isNotNull();
        assertThat(message.getJMSRedelivered()).isTrue();
      }
    }
    othersAreServed();
  }

  /**
   * Kafka's consumer groups have no acknowledgements: who commits nothing holds nothing, and the
   * next one gets all of it again.
   */
  @Test
  void aConsumerThatNeverCommits() throws Exception {
    int messages = 50_000;
    byte[] kilobyte = new byte[1_000];
    for (int i = 0; i < messages; i++) {
      Future<?> unused = producer.send(new ProducerRecord<>("uncommitted", 0, null, kilobyte));
    }
    producer.flush();
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            server.bootstrap(),
            "group.id",
            "greedy",
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest");
    for (int round = 0; round < 2; round++) {
      try (KafkaConsumer<byte[], byte[]> greedy =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        greedy.subscribe(List.of("uncommitted"));
        int[] received = {0};
        await()
            .atMost(PATIENCE)
            .until(
                () -> {
                  received[0] += greedy.poll(Duration.ofMillis(100)).count();
                  return received[0] >= messages;
                });
        assertThat(received[0]).isEqualTo(messages);
        bystander.isServed();
      }
    }
    bystander.noticedNothing();
    await().atMost(PATIENCE).until(() -> metric("millrace_requests_memory_bytes") == 0);
  }

  @Test
  void requestsThatAreAnnouncedAndNeverCome() throws Exception {
    int count = 120;
    byte[] part = new byte[100_000];
    for (int i = 0; i < count; i++) {
      Socket socket = connect();
      if (i % 4 < 2) {
        socket.getOutputStream().write(apiVersions());
      } else {
        new RawJms(socket).awaitWelcome();
      }
      int announced = i % 2 == 0 ? 50_000_000 : 1_900_000;
      socket.getOutputStream().write(ByteBuffer.allocate(4).putInt(announced).array());
      socket.getOutputStream().write(part);
    }
    othersAreServed();
    // They wait for each other's memory, so that their turn to be closed comes one by one.
    for (String door : List.of("(kafka)", "(jms)")) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> lines("closing connection ").stream().anyMatch(l -> l.contains(door)));
    }
    assertThat(lines("closing connection "))
        .hasSizeLessThanOrEqualTo(count)
        .allMatch(
            line ->
                line.contains("no whole frame was received for ")
                    || line.contains("its request has been arriving for more than "));
    assertThat(metric("millrace_connections_refused_total")).isPositive();
    bystander.noticedNothing();
    for (Socket socket : sockets) {
      socket.close();
    }
    await().atMost(PATIENCE).until(() -> metric("millrace_requests_memory_bytes") == 0);
  }

  /** They are closed when they have taken nothing for 10 minutes; until then they cost little. */
  @Test
  void answersThatAreNeverRead() throws Exception {
    byte[] megabyte = new byte[900_000];
    for (int i = 0; i < 60; i++) {
      producer.send(new ProducerRecord<>("much", megabyte)).get(30, TimeUnit.SECONDS);
    }
    for (int i = 0; i < 40; i++) {
      Socket socket = connect();
      for (int requests = 0; requests < 5; requests++) {
        socket.getOutputStream().write(fetch("much"));
      }
    }
    for (int i = 0; i < 20; i++) {
      new RawJms(connect()).browse("much");
    }
    othersAreServed();
  }

  @Test
  void batchesThatGrowWhenTheyAreDecompressed() throws Exception {
    Map<String, Integer> queues = Map.of("gzip", 6, "zstd", 6, "lz4", 3, "snappy", 3);
    createWithLargeBatches(queues);
    List<JMSConsumer> consumers = new ArrayList<>();
    for (String codec : queues.keySet()) {
      try (KafkaProducer<byte[], byte[]> bombs = producer(codec)) {
        for (int queue = 0; queue < queues.get(codec); queue++) {
          String name = codec + queue;
          consumers.add(context.createConsumer(context.createQueue(name)));
          isTooLarge(bombs, name, 40);
          bombs.send(new ProducerRecord<>(name, new byte[10 << 20])).get(60, TimeUnit.SECONDS);
          isTooLarge(bombs, name, 60);
          bombs.send(new ProducerRecord<>(name, new byte[1])).get(60, TimeUnit.SECONDS);
        }
      }
    }
    for (JMSConsumer consumer : consumers) {
      assertThat(sizeOf(consumer.receive(PATIENCE_MS))).as("fits").isEqualTo(10 << 20);
      assertThat(sizeOf(consumer.receive(PATIENCE_MS))).as("what came behind").isEqualTo(1);
    }
    assertThat(metric("millrace_kafka_errors_total{api=\"Produce\",error=\"MESSAGE_TOO_LARGE\"}"))
        .isEqualTo(2 * consumers.size());
    for (String codec : queues.keySet()) {
      assertThat(lines("was refused Produce: MESSAGE_TOO_LARGE: " + codec))
          .isNotEmpty()
          .allMatch(line -> line.contains("when decompressed"));
    }
    othersAreServed();
  }

  private static void isTooLarge(KafkaProducer<byte[], byte[]> bombs, String topic, int megabytes) {
    assertThat(bombs.send(new ProducerRecord<>(topic, new byte[megabytes << 20])))
        .failsWithin(60, TimeUnit.SECONDS)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(RecordTooLargeException.class)
        .withMessageContaining("when decompressed");
  }

  /** Not every codec makes a bomb small enough for the usual limit of a batch. */
  private void createWithLargeBatches(Map<String, Integer> queues) throws Exception {
    List<NewTopic> topics = new ArrayList<>();
    queues.forEach(
        (codec, count) -> {
          for (int queue = 0; queue < count; queue++) {
            topics.add(
                new NewTopic(codec + queue, 1, (short) 1)
                    .configs(Map.of("max.message.bytes", Integer.toString(8 << 20))));
          }
        });
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
      admin.createTopics(topics).all().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** Together they send more than the server's heap. */
  @Test
  void transactionsThatAreNeverCommitted() throws Exception {
    String held = "millrace_jms_transactions_held_bytes";
    byte[] part = new byte[900_000];
    MillraceConnectionFactory factory =
        new MillraceConnectionFactory("millrace://127.0.0.1:" + server.port());
    List<JMSContext> open = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        JMSContext transacted = factory.createContext(JMSContext.SESSION_TRANSACTED);
        open.add(transacted);
        for (int parts = 0; parts < 22; parts++) {
          transacted.createProducer().send(transacted.createQueue("tx" + i), part);
        }
        othersAreServed();
      }
      assertThat(metric(held)).isBetween(1e6, 28e6);
      assertThat(metric("millrace_jms_requests_failed_total")).isPositive();
      assertThat(lines("LIMIT: the transaction was dropped")).isNotEmpty();
      JMSContext first = open.get(0);
      JMSContext last = open.get(open.size() - 1);
      assertThatThrownBy(last::commit).isInstanceOf(TransactionRolledBackRuntimeException.class);
      first.commit();
      try (JMSConsumer consumer = context.createConsumer(context.createQueue("tx0"))) {
        assertThat(sizeOf(consumer.receive(PATIENCE_MS))).isEqualTo(part.length);
      }
      last.createProducer().send(last.createQueue("tx"), part);
      last.commit();
    } finally {
      open.forEach(JMSContext::close);
    }
    await().atMost(PATIENCE).until(() -> metric(held) == 0);
    othersAreServed();
  }

  /** What a client sends as its names ends no line of the log. */
  @Test
  void namesThatForgeLinesOfTheLog() throws Exception {
    String forged = "2026-01-01T00:00:00.000Z ERROR main io.millrace.server the disk has failed";
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            server.bootstrap(),
            "client.id",
            "evil\r\n" + forged + "\u001b[2J",
            "max.request.size",
            100 << 20);
    try (KafkaProducer<byte[], byte[]> evil =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThat(evil.send(new ProducerRecord<>("some", new byte[2 << 20])))
          .failsWithin(PATIENCE)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(RecordTooLargeException.class);
    }
    RawJms jms = new RawJms(connect());
    jms.awaitWelcome();
    jms.send(new Resolve(4, DestinationKind.QUEUE, "evil\n" + forged, true, false));
    assertThat(jms.receive()).isInstanceOf(Failed.class);

    assertThat(server.log())
        .filteredOn(line -> line.contains(forged))
        .as("what was logged of it")
        .hasSize(2)
        .noneMatch(line -> line.startsWith(forged))
        .anyMatch(line -> line.contains("(client id evil\\r\\n" + forged + "\\u001b[2J)"));
  }

  private static long sizeOf(Message message) throws Exception {
    assertThat(message).isNotNull();
    return message.getBody(byte[].class).length;
  }

  /** A Kafka client sends, a JMS client receives, over new connections too. */
  private void othersAreServed() throws Exception {
    for (int i = 0; i < 3; i++) {
      String text = "message " + i;
      try (KafkaProducer<byte[], byte[]> another = producer("none")) {
        for (KafkaProducer<byte[], byte[]> each : List.of(producer, another)) {
          each.send(new ProducerRecord<>("bystander", text.getBytes(StandardCharsets.UTF_8)))
              .get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
      }
      try (JMSConsumer consumer = context.createConsumer(context.createQueue("bystander"))) {
        for (int n = 0; n < 2; n++) {
          Message message = consumer.receive(PATIENCE_MS);
          assertThat(message).isNotNull();
          assertThat(new String(message.getBody(byte[].class), StandardCharsets.UTF_8))
              .isEqualTo(text);
        }
      }
    }
  }

  /** The lines of the server's log with these words. */
  private List<String> lines(String words) throws IOException {
    return server.log().stream().filter(line -> line.contains(words)).toList();
  }

  /** A record of a Kafka client becomes a message of a JMS client, on connections of their own. */
  private final class AtWork implements Bystander.Work {
    private static final String QUEUE = "work";
    private final KafkaProducer<byte[], byte[]> sender = producer("none");
    private final JMSContext receiver;
    private final JMSConsumer consumer;
    private int count;

    AtWork() throws Exception {
      receiver =
          new MillraceConnectionFactory("millrace://127.0.0.1:" + server.port()).createContext();
      consumer = receiver.createConsumer(receiver.createQueue(QUEUE));
    }

    @Override
    public void once() throws Exception {
      byte[] body = ("work " + count++).getBytes(StandardCharsets.UTF_8);
      sender.send(new ProducerRecord<>(QUEUE, body)).get(PATIENCE_MS, TimeUnit.MILLISECONDS);
      Message message = consumer.receive(PATIENCE_MS);
      assertThat(message).isNotNull();
      assertThat(message.getBody(byte[].class)).isEqualTo(body);
    }

    @Override
    public void close() {
      sender.close();
      receiver.close();
    }
  }

  /** A figure of the server; a series that is not there counts as 0. */
  private double metric(String series) throws Exception {
    String all =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.http().resolve("/metrics")).build(),
                BodyHandlers.ofString())
            .body();
    return all.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  private KafkaProducer<byte[], byte[]> producer(String codec) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            server.bootstrap(),
            "compression.type",
            codec,
            "max.request.size",
            100 << 20,
            "buffer.memory",
            200L << 20),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    sockets.add(socket);
    return socket;
  }

  /** Reads the answer to a request. */
  private static void readAnswer(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MS);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    in.readFully(new byte[in.readInt()]);
  }

  /** A JMS connection that says only what it must. */
  private static final class RawJms {
    private static final int CONVERSATION = 1;
    private final Socket socket;

    RawJms(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(PATIENCE_MS);
      ByteBuffer preamble = ByteBuffer.allocate(Preamble.BYTES);
      Preamble.CURRENT.writeTo(preamble);
      socket.getOutputStream().write(preamble.array());
      send(new Hello(1, "raw", "0", null, null, null, new UUID(0, 0)));
    }

    private void send(Frame frame) throws IOException {
      socket.getOutputStream().write(FrameEncoder.encode(CONVERSATION, frame).array());
    }

    private Frame receive() throws Exception {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      ByteBuffer frame = ByteBuffer.wrap(bytes);
      assertThat(FrameDecoder.readConversation(frame)).isEqualTo(CONVERSATION);
      return FrameDecoder.decode(frame);
    }

    /** Asks for all messages of a queue, and reads none. */
    void browse(String queue) throws Exception {
      awaitWelcome();
      send(new OpenSession(2, 1));
      assertThat(receive()).isEqualTo(new Done(2));
      send(new Resolve(3, DestinationKind.QUEUE, queue, true, false));
      DestinationInfo found = (DestinationInfo) receive();
      send(
          new Consume(
              4,
              1,
              1,
              found.destinationId(),
              ConsumerMode.BROWSER,
              null,
              null,
              false,
              1 << 30,
              List.of(),
              List.of()));
    }

    void awaitWelcome() throws Exception {
      assertThat(receive()).isInstanceOf(Welcome.class);
    }

    void isServed() throws Exception {
      send(new Ping(7));
      assertThat(receive()).isEqualTo(new Pong(7));
    }
  }

  /** An ApiVersions request of version 0. */
  private static byte[] apiVersions() {
    return ByteBuffer.allocate(14)
        .putInt(10)
        .putShort((short) 18)
        .putShort((short) 0)
        .putInt(1)
        .putShort((short) -1)
        .array();
  }

  /** A Fetch request of version 4 for all of partition 0. */
  private static byte[] fetch(String topic) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    ByteBuffer request = ByteBuffer.allocate(200);
    request.putInt(0).putShort((short) 1).putShort((short) 4).putInt(2).putShort((short) -1);
    request.putInt(-1).putInt(1_000).putInt(1).putInt(50 << 20).put((byte) 0);
    request.putInt(1).putShort((short) name.length).put(name);
    request.putInt(1).putInt(0).putLong(0).putInt(50 << 20);
    request.putInt(0, request.position() - 4);
    byte[] bytes = new byte[request.position()];
    request.flip().get(bytes);
    return bytes;
  }
}

package io.millrace.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.ServerProcess;
import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

  @TempDir private Path directory;
  private final List<Socket> sockets = new ArrayList<>();
  private ServerProcess server;
  private JMSContext context;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void start() throws Exception {
    server = ServerProcess.startWithHeap(HEAP, directory);
    context =
        new MillraceConnectionFactory("millrace://127.0.0.1:" + server.port()).createContext();
    producer = producer("none");
  }

  @AfterEach
  void stop() throws Exception {
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
    for (int i = 0; i < 5_000; i++) {
      Socket socket = connect();
      if (i % 2 == 0) {
        socket.getOutputStream().write(apiVersions());
      }
    }
    othersAreServed();
  }

  @Test
  void requestsThatAreAnnouncedAndNeverCome() throws Exception {
    byte[] part = new byte[100_000];
    for (int i = 0; i < 120; i++) {
      Socket socket = connect();
      socket.getOutputStream().write(apiVersions());
      int announced = i % 2 == 0 ? 50 << 20 : 1_900_000;
      socket.getOutputStream().write(ByteBuffer.allocate(4).putInt(announced).array());
      socket.getOutputStream().write(part);
    }
    othersAreServed();
  }

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
    othersAreServed();
  }

  @Test
  void batchesThatGrowWhenTheyAreDecompressed() throws Exception {
    int queues = 6;
    List<JMSConsumer> consumers = new ArrayList<>();
    for (String codec : List.of("gzip", "zstd")) {
      try (KafkaProducer<byte[], byte[]> bombs = producer(codec)) {
        for (int queue = 0; queue < queues; queue++) {
          String name = codec + queue;
          consumers.add(context.createConsumer(context.createQueue(name)));
          for (int megabytes : new int[] {40, 10, 60}) {
            bombs
                .send(new ProducerRecord<>(name, new byte[megabytes << 20]))
                .get(60, TimeUnit.SECONDS);
          }
          bombs.send(new ProducerRecord<>(name, new byte[1])).get(60, TimeUnit.SECONDS);
        }
      }
    }
    for (JMSConsumer consumer : consumers) {
      assertThat(sizeOf(consumer.receive(PATIENCE_MS))).as("fits").isEqualTo(10 << 20);
      assertThat(sizeOf(consumer.receive(PATIENCE_MS))).as("what came behind").isEqualTo(1);
    }
    othersAreServed();
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

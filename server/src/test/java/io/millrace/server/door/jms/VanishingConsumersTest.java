package io.millrace.server.door.jms;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Consuming;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sent;
import io.millrace.jms.wire.Sidecar;
import io.millrace.server.cursor.CursorStats;
import io.millrace.server.testing.Warnings;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds of consumers whose sockets all break at the same moment, none of whom comes back. */
@Timeout(180)
final class VanishingConsumersTest {
  private static final int CONSUMERS = 500;
  private static final int CREDIT = 10;
  private static final int PER_BATCH = 100;
  private static final int MORE = 20;
  private static final int WAIT_MS = 30_000;
  private static final Pattern LOST =
      Pattern.compile(
          "the connections of (\\d+) consumers broke and did not come back; (\\d+) messages that");

  @TempDir private Path directory;
  private RunningJms server;
  private JMSContext context;
  private Queue others;
  private JMSConsumer bystander;
  private int sent;
  private final Warnings log = Warnings.andNews("io.millrace.server.cursor");

  @BeforeEach
  void start() throws Exception {
    server = new RunningJms(directory);
    context = server.factory().createContext();
    others = context.createQueue("bystander");
    bystander = context.createConsumer(others);
  }

  @AfterEach
  void stop() throws Exception {
    log.close();
    context.close();
    server.close();
  }

  @Test
  void whatTheyHeldOfASharedSubscriptionGoesToWhoIsLeft() throws Exception {
    List<RawJms> clients = consumers(ConsumerMode.SHARED_DURABLE, DestinationKind.TOPIC, "t");
    try (RawJms producer = RawJms.greeted(server.port());
        JMSContext session = server.factory().createContext()) {
      sendTo(producer, DestinationKind.TOPIC, "t", CONSUMERS * CREDIT);
      await().atMost(Duration.ofMillis(WAIT_MS)).until(() -> inFlight() == CONSUMERS * CREDIT);
      JMSConsumer left = session.createSharedDurableConsumer(session.createTopic("t"), "shared");
      assertThat(left.receiveNoWait()).as("all is with the others").isNull();
      sendTo(producer, DestinationKind.TOPIC, "t", MORE);
      for (int i = 0; i < MORE; i++) {
        Message next = left.receive(WAIT_MS);
        assertThat(number(next)).isEqualTo(CONSUMERS * CREDIT + i);
        assertThat(next.getJMSRedelivered()).isFalse();
      }

      cut(clients);

      takesAllThatTheyHeld(left);
    }
    nothingIsLeftOfThem();
  }

  @Test
  void whatTheyHeldOfAQueueGoesToWhoComesLater() throws Exception {
    List<RawJms> clients = consumers(ConsumerMode.QUEUE, DestinationKind.QUEUE, "q");
    try (RawJms producer = RawJms.greeted(server.port())) {
      sendTo(producer, DestinationKind.QUEUE, "q", CONSUMERS * CREDIT);
    }
    await().atMost(Duration.ofMillis(WAIT_MS)).until(() -> inFlight() == CONSUMERS * CREDIT);

    cut(clients);

    await()
        .atMost(Duration.ofMillis(WAIT_MS))
        .until(
            () -> {
              othersAreServed();
              return inFlight() == 0;
            });
    try (JMSContext later = server.factory().createContext()) {
      takesAllThatTheyHeld(later.createConsumer(later.createQueue("q")));
    }
    nothingIsLeftOfThem();
  }

  private List<RawJms> consumers(ConsumerMode mode, DestinationKind kind, String name)
      throws Exception {
    List<RawJms> clients = new ArrayList<>();
    for (int i = 0; i < CONSUMERS; i++) {
      RawJms client = RawJms.greeted(server.port());
      clients.add(client);
      client.send(
          new Consume(
              4,
              1,
              1,
              resolve(client, kind, name).destinationId(),
              mode,
              mode == ConsumerMode.QUEUE ? null : "shared",
              null,
              false,
              CREDIT,
              List.of(),
              List.of()));
      assertThat(client.receive()).isInstanceOf(Consuming.class);
    }
    assertThat(server.gauge("millrace.jms.clients")).isEqualTo(CONSUMERS + 1);
    return clients;
  }

  private static DestinationInfo resolve(RawJms client, DestinationKind kind, String name)
      throws Exception {
    client.send(new Resolve(3, kind, name, true, false));
    return (DestinationInfo) requireNonNull(client.receive());
  }

  /** Messages that are the numbers from how many there were before. */
  private void sendTo(RawJms producer, DestinationKind kind, String name, int count)
      throws Exception {
    int destination = resolve(producer, kind, name).destinationId();
    for (int end = sent + count; sent < end; ) {
      SimpleRecord[] records = new SimpleRecord[Math.min(PER_BATCH, end - sent)];
      for (int i = 0; i < records.length; i++) {
        records[i] = new SimpleRecord(ByteBuffer.allocate(Integer.BYTES).putInt(sent++).array());
      }
      ByteBuffer batch = MemoryRecords.withRecords(Compression.NONE, records).buffer();
      producer.send(new Send(5, destination, 0, 1, 0, 0, Sidecar.ofDefaults(), batch));
      assertThat(producer.receive()).isInstanceOf(Sent.class);
    }
  }

  private static void cut(List<RawJms> clients) throws Exception {
    for (RawJms client : clients) {
      client.cut();
    }
  }

  private void takesAllThatTheyHeld(JMSConsumer consumer) throws Exception {
    Set<Integer> numbers = new HashSet<>();
    while (numbers.size() < CONSUMERS * CREDIT) {
      if (numbers.size() % PER_BATCH == 0) {
        othersAreServed();
      }
      Message next = consumer.receive(WAIT_MS);
      assertThat(numbers.add(number(next))).as("not seen before").isTrue();
      assertThat(next.getJMSRedelivered()).isTrue();
    }
    assertThat(numbers).allMatch(number -> number < CONSUMERS * CREDIT);
    assertThat(consumer.receiveNoWait()).isNull();
  }

  private static int number(@Nullable Message message) throws Exception {
    assertThat(message).isNotNull();
    return ByteBuffer.wrap(message.getBody(byte[].class)).getInt();
  }

  private void othersAreServed() {
    context.createProducer().send(others, "alive");
    assertThat(bystander.receiveBody(String.class, WAIT_MS)).isEqualTo("alive");
  }

  private void nothingIsLeftOfThem() throws Exception {
    await()
        .atMost(Duration.ofMillis(WAIT_MS))
        .untilAsserted(
            () -> {
              assertThat(inFlight()).isZero();
              assertThat(server.gauge("millrace.jms.clients")).as("the bystander").isEqualTo(1);
              assertThat(server.gauge("millrace.connections")).isEqualTo(1);
            });
    othersAreServed();
    assertThat(server.count("millrace.jms.clients.lost"))
        .as("they, and who sent to them and left without a word")
        .isEqualTo(CONSUMERS + 1);
    await()
        .untilAsserted(
            () -> {
              assertThat(said(1)).as("consumers").isEqualTo(CONSUMERS);
              assertThat(said(2)).as("messages").isEqualTo(CONSUMERS * CREDIT);
            });
    assertThat(log.lines()).as("lines for %d consumers", CONSUMERS).hasSizeLessThan(20);
  }

  /** What the lines of the log say together: 1 for consumers, 2 for messages. */
  private int said(int figure) {
    return log.lines().stream()
        .map(LOST::matcher)
        .filter(Matcher::find)
        .mapToInt(line -> Integer.parseInt(line.group(figure)))
        .sum();
  }

  private long inFlight() throws Exception {
    return server.cursors().stream().mapToLong(CursorStats::inFlight).sum();
  }
}

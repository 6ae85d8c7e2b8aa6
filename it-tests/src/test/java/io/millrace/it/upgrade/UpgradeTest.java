package io.millrace.it.upgrade;

import static io.millrace.it.upgrade.WriteUpgradeData.CLIENT_ID;
import static io.millrace.it.upgrade.WriteUpgradeData.EVENTS;
import static io.millrace.it.upgrade.WriteUpgradeData.EVENTS_COMMITTED;
import static io.millrace.it.upgrade.WriteUpgradeData.EVENT_COUNT;
import static io.millrace.it.upgrade.WriteUpgradeData.LEDGER;
import static io.millrace.it.upgrade.WriteUpgradeData.LEDGER_RECORDS;
import static io.millrace.it.upgrade.WriteUpgradeData.NEWS;
import static io.millrace.it.upgrade.WriteUpgradeData.NEWS_COUNT;
import static io.millrace.it.upgrade.WriteUpgradeData.NEWS_TAKEN;
import static io.millrace.it.upgrade.WriteUpgradeData.ORDERS;
import static io.millrace.it.upgrade.WriteUpgradeData.ORDERS_ROLLED_BACK;
import static io.millrace.it.upgrade.WriteUpgradeData.ORDERS_TAKEN;
import static io.millrace.it.upgrade.WriteUpgradeData.ORDER_COUNT;
import static io.millrace.it.upgrade.WriteUpgradeData.PRICES;
import static io.millrace.it.upgrade.WriteUpgradeData.READERS;
import static io.millrace.it.upgrade.WriteUpgradeData.SUBSCRIPTION;
import static io.millrace.it.upgrade.WriteUpgradeData.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.ServerProcess;
import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What earlier versions wrote, and left behind when they were killed, is all there. */
@Timeout(300)
class UpgradeTest {
  private static final long WAIT_MS = 20_000;

  /** A version of the formats, and what it could keep. */
  enum Written {
    MANIFEST_1_CURSOR_1(""),
    MANIFEST_1(""),
    MANIFEST_2(WriteUpgradeData.TRANSACTIONS),
    MANIFEST_3(
        WriteUpgradeData.TRANSACTIONS + WriteUpgradeData.COMPACTION + WriteUpgradeData.USERS);

    private final String parts;

    Written(String parts) {
      this.parts = parts;
    }

    boolean has(String part) {
      return parts.contains(part);
    }

    String archive() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".zip";
    }
  }

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void everythingIsThereAndGoesOn(Written written) throws Exception {
    unpack(written.archive(), directory);
    try (ServerProcess server = ServerProcess.start(directory)) {
      checkEvents(server);
      checkOrders(server);
      checkNews(server);
      if (written.has(WriteUpgradeData.TRANSACTIONS)) {
        checkLedger(server);
      }
      if (written.has(WriteUpgradeData.COMPACTION)) {
        assertThat(readAll(server, PRICES, 0, 50, "read_uncommitted"))
            .hasSize(50)
            .last()
            .isEqualTo("price 49");
      }
      if (written.has(WriteUpgradeData.USERS)) {
        try (Admin admin = Admin.create(kafka(server, Map.of()))) {
          assertThat(admin.describeUserScramCredentials().all().get()).containsOnlyKeys(USER);
        }
      }
      // And what this version makes of it opens as well.
      server.kill();
      server.startAgain();
      assertThat(readAll(server, EVENTS, 0, EVENT_COUNT / 2 + 1, "read_uncommitted"))
          .hasSize(EVENT_COUNT / 2 + 1)
          .last()
          .isEqualTo("new");
    }
  }

  private static void checkEvents(ServerProcess server) throws Exception {
    List<String> even = readAll(server, EVENTS, 0, EVENT_COUNT / 2, "read_uncommitted");
    List<String> expected = new ArrayList<>();
    for (String codec : List.of("none", "gzip", "zstd")) {
      for (int i = 0; i < EVENT_COUNT / 3; i += 2) {
        expected.add(codec + " " + i);
      }
    }
    assertThat(even).isEqualTo(expected);
    TopicPartition partition = new TopicPartition(EVENTS, 0);
    try (Admin admin = Admin.create(kafka(server, Map.of()))) {
      assertThat(admin.listConsumerGroupOffsets(READERS).partitionsToOffsetAndMetadata().get())
          .isEqualTo(Map.of(partition, new OffsetAndMetadata(EVENTS_COMMITTED, "so far")));
    }
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            kafka(server, Map.of()), new StringSerializer(), new StringSerializer())) {
      assertThat(producer.send(new ProducerRecord<>(EVENTS, 0, "key", "new")).get().offset())
          .isEqualTo(EVENT_COUNT / 2);
    }
  }

  private static void checkOrders(ServerProcess server) throws Exception {
    try (JMSContext context = jms(server).createContext()) {
      JMSConsumer consumer = context.createConsumer(context.createQueue(ORDERS));
      for (int i = ORDERS_TAKEN; i < ORDER_COUNT; i++) {
        Message message = consumer.receive(WAIT_MS);
        assertThat(message).as("order %d", i).isNotNull();
        assertThat(message.getIntProperty("number")).isEqualTo(i);
        assertThat(message.getBody(String.class)).isEqualTo("order " + i);
        if (i < ORDERS_TAKEN + ORDERS_ROLLED_BACK) {
          assertThat(message.getIntProperty("JMSXDeliveryCount")).as("order %d", i).isEqualTo(2);
        }
      }
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  private static void checkNews(ServerProcess server) throws Exception {
    try (JMSContext context = jms(server).createContext()) {
      context.setClientID(CLIENT_ID);
      JMSConsumer consumer = context.createDurableConsumer(context.createTopic(NEWS), SUBSCRIPTION);
      for (int i = NEWS_TAKEN; i < NEWS_COUNT; i++) {
        Message message = consumer.receive(WAIT_MS);
        assertThat(message).as("news %d", i).isNotNull();
        assertThat(message.getIntProperty("number")).isEqualTo(i);
      }
      assertThat(consumer.receiveNoWait()).isNull();
    }
  }

  /** What was open when the server was killed is fenced by the producer's next instance. */
  private static void checkLedger(ServerProcess server) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            kafka(server, Map.of("transactional.id", "ledger-open")),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var unused = producer.send(new ProducerRecord<>(LEDGER, "again")).get();
      producer.commitTransaction();
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < LEDGER_RECORDS; i++) {
      expected.add("committed " + i);
    }
    expected.add("again");
    assertThat(readAll(server, LEDGER, 0, expected.size(), "read_committed")).isEqualTo(expected);
  }

  private static MillraceConnectionFactory jms(ServerProcess server) throws Exception {
    return new MillraceConnectionFactory("millrace://127.0.0.1:" + server.port());
  }

  private static Map<String, Object> kafka(ServerProcess server, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", server.bootstrap());
    return config;
  }

  private static List<String> readAll(
      ServerProcess server, String topic, int partition, int count, String isolation) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            kafka(server, Map.of("isolation.level", isolation)),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition from = new TopicPartition(topic, partition);
      consumer.assign(List.of(from));
      consumer.seekToBeginning(List.of(from));
      long deadline = System.nanoTime() + Duration.ofMillis(WAIT_MS).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          if (topic.equals(EVENTS) && !record.value().equals("new")) {
            assertThat(record.headers().lastHeader("colour").value())
                .isEqualTo("blue".getBytes(StandardCharsets.UTF_8));
          }
          values.add(record.value());
        }
      }
    }
    return values;
  }

  private static void unpack(String archive, Path directory) throws IOException {
    try (InputStream in = UpgradeTest.class.getResourceAsStream("/upgrade/" + archive)) {
      assertThat(in).as(archive).isNotNull();
      ZipInputStream zip = new ZipInputStream(new BufferedInputStream(in));
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = directory.resolve(entry.getName());
        Files.createDirectories(target.getParent());
        Files.copy(zip, target);
      }
    }
  }
}

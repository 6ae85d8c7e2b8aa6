package io.millrace.server.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.file.DiskFileSystem;
import io.millrace.log.local.LocalStoreConfig;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compacted topics, as Kafka's own clients and JMS applications use them. */
@Timeout(120)
final class CompactedTopicTest {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private static final LocalStoreConfig STORE =
      LocalStoreConfig.DEFAULT.withCompaction(
          new LocalStoreConfig.CompactionLimits(50, 1 << 20, 0));

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoors server;

  /** The same for all lives, so that clients come back. */
  private int port;

  private int nextRoll;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoors(new DiskFileSystem(directory), STORE, port);
    port = server.port();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private void restart() throws Exception {
    server.close();
    start();
  }

  private Map<String, Object> clientConfig(String... settings) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", server.bootstrap());
    for (int i = 0; i < settings.length; i += 2) {
      config.put(settings[i], settings[i + 1]);
    }
    return config;
  }

  private KafkaProducer<String, String> producer(String... settings) {
    return new KafkaProducer<>(
        clientConfig(settings), new StringSerializer(), new StringSerializer());
  }

  /** Each append begins a segment, so that all but the last one can be compacted. */
  private void createTopic(String... settings) throws Exception {
    Map<String, String> config = new HashMap<>();
    config.put("cleanup.policy", "compact");
    config.put("segment.ms", "1");
    config.put("min.cleanable.dirty.ratio", "0");
    for (int i = 0; i < settings.length; i += 2) {
      config.put(settings[i], settings[i + 1]);
    }
    try (Admin admin = Admin.create(clientConfig())) {
      admin.createTopics(List.of(new NewTopic("t", 1, (short) 1).configs(config))).all().get();
    }
  }

  private static void send(
      KafkaProducer<String, String> producer, @Nullable String... keysAndValues) throws Exception {
    for (int i = 0; i < keysAndValues.length; i += 2) {
      producer.send(new ProducerRecord<>("t", keysAndValues[i], keysAndValues[i + 1])).get();
    }
  }

  /** All that a consumer finds that reads committed records. */
  private List<ConsumerRecord<String, String>> read() {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            clientConfig("isolation.level", "read_committed", "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      long end = Objects.requireNonNull(consumer.endOffsets(List.of(PARTITION)).get(PARTITION));
      List<ConsumerRecord<String, String>> records = new ArrayList<>();
      while (consumer.position(PARTITION) < end) {
        consumer.poll(POLL).forEach(records::add);
      }
      return records;
    }
  }

  /** Keeps rolling segments, which is what lets compaction go on, until something holds. */
  private void untilCompacted(KafkaProducer<String, String> producer, List<String> expected) {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              send(producer, "roll", Integer.toString(nextRoll++));
              assertThat(keysAndValues()).isEqualTo(expected);
            });
  }

  private List<String> keysAndValues() {
    return read().stream()
        .filter(it -> !it.key().equals("roll"))
        .map(it -> it.key() + "=" + it.value())
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void aConsumerFindsTheLastValueOfEachKeyAtItsOffset(String codec) throws Exception {
    createTopic();
    try (KafkaProducer<String, String> producer =
        producer("compression.type", codec, "linger.ms", "5")) {
      Map<String, Long> offsets = new TreeMap<>();
      for (int i = 0; i < 100; i++) {
        var first = producer.send(new ProducerRecord<>("t", "k" + i % 7, "v" + i));
        var second = producer.send(new ProducerRecord<>("t", "own" + i, "x"));
        offsets.put("own" + i, second.get().offset());
        offsets.put("k" + i % 7, first.get().offset());
      }
      List<String> expected = new ArrayList<>();
      for (int i = 93; i < 100; i++) {
        expected.add("k" + i % 7 + "=v" + i);
      }
      for (int i = 0; i < 100; i++) {
        expected.add("own" + i + "=x");
      }
      expected.sort(null);
      untilCompacted(producer, expected);
      restart();
      read()
          .forEach(
              it -> {
                if (!it.key().equals("roll")) {
                  assertThat(it.offset()).isEqualTo(offsets.get(it.key()));
                }
              });
      assertThat(keysAndValues()).isEqualTo(expected);
    }
  }

  @Test
  void tombstonesTakeTheirKeysWithThem() throws Exception {
    createTopic("delete.retention.ms", "300");
    try (KafkaProducer<String, String> producer = producer()) {
      send(producer, "a", "1", "b", "1", "a", null);
      untilCompacted(producer, List.of("b=1"));
    }
  }

  @Test
  void recordsOfAbortedTransactionsGoAndCommittedOnesCount() throws Exception {
    createTopic("delete.retention.ms", "0");
    try (KafkaProducer<String, String> plain = producer();
        KafkaProducer<String, String> transactional = producer("transactional.id", "tx")) {
      transactional.initTransactions();
      send(plain, "a", "1", "b", "1");
      for (int i = 0; i < 5; i++) {
        transactional.beginTransaction();
        send(transactional, "a", "aborted" + i, "c", "aborted" + i);
        transactional.abortTransaction();
        transactional.beginTransaction();
        send(transactional, "b", "committed" + i);
        transactional.commitTransaction();
      }
      untilCompacted(plain, List.of("a=1", "b=committed4"));
      restart();
      assertThat(keysAndValues()).containsExactly("a=1", "b=committed4");
      transactional.beginTransaction();
      send(transactional, "a", "2");
      transactional.commitTransaction();
      untilCompacted(plain, List.of("a=2", "b=committed4"));
    }
  }

  @Test
  void anIdempotentProducerGoesOnAcrossCompactionAndRestart() throws Exception {
    createTopic();
    try (KafkaProducer<String, String> producer = producer("delivery.timeout.ms", "60000")) {
      for (int round = 0; round < 4; round++) {
        send(producer, "a", "v" + round, "a", "w" + round);
        untilCompacted(producer, List.of("a=w" + round));
        restart();
      }
      send(producer, "a", "last");
      untilCompacted(producer, List.of("a=last"));
    }
  }

  @Test
  void recordsWithoutKeyAreRefused() throws Exception {
    createTopic();
    try (KafkaProducer<String, String> producer = producer()) {
      assertThatThrownBy(() -> send(producer, null, "x"))
          .hasCauseInstanceOf(InvalidRecordException.class);
      send(producer, "a", "1");
    }
    assertThat(keysAndValues()).containsExactly("a=1");

    try (JMSContext context = server.factory("").createContext()) {
      assertThatThrownBy(() -> context.createProducer().send(context.createTopic("t"), "no group"))
          .isInstanceOf(JMSRuntimeException.class)
          .hasMessageContaining("JMSXGroupID");
      context
          .createProducer()
          .setProperty("JMSXGroupID", "b")
          .send(context.createTopic("t"), "with a group");
    }
    assertThat(keysAndValues()).containsExactly("a=1", "b=with a group");
  }

  @Test
  void settingsAreShownChangedAndChecked() throws Exception {
    createTopic("cleanup.policy", "compact,delete", "delete.retention.ms", "77");
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "t");
    try (Admin admin = Admin.create(clientConfig())) {
      Config shown =
          Objects.requireNonNull(admin.describeConfigs(List.of(topic)).all().get().get(topic));
      assertThat(shown.get("cleanup.policy").value()).isEqualTo("compact,delete");
      assertThat(shown.get("delete.retention.ms").value()).isEqualTo("77");
      alter(admin, topic, "min.compaction.lag.ms", "1000");
      alter(admin, topic, "max.compaction.lag.ms", "2000");
      assertThatThrownBy(() -> alter(admin, topic, "min.compaction.lag.ms", "3000"))
          .hasCauseInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("max.compaction.lag.ms");
      alter(admin, topic, "cleanup.policy", "delete");
    }
    try (KafkaProducer<String, String> producer = producer()) {
      producer.send(new ProducerRecord<>("t", null, "no key is needed any more")).get();
    }
  }

  private static void alter(Admin admin, ConfigResource topic, String name, String value)
      throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                topic,
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  @Test
  void aQueueDeliversTheLatestMessageOfEachKeyAndNothingHangs() throws Exception {
    try (JMSContext context = server.factory("").createContext()) {
      Queue queue = context.createQueue("t");
      context.createConsumer(queue).close();
      try (Admin admin = Admin.create(clientConfig())) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "t");
        alter(admin, topic, "segment.ms", "1");
        alter(admin, topic, "min.cleanable.dirty.ratio", "0");
        alter(admin, topic, "cleanup.policy", "compact");
      }
      for (int i = 0; i < 200; i++) {
        context.createProducer().setProperty("JMSXGroupID", "g" + i % 5).send(queue, "m" + i);
      }
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(read()).hasSizeLessThan(20));
      restart();
      List<String> received = new ArrayList<>();
      try (JMSContext later = server.factory("").createContext()) {
        var consumer = later.createConsumer(later.createQueue("t"));
        Message message;
        while ((message = consumer.receive(received.size() < 5 ? 20_000 : 1500)) != null) {
          received.add(((TextMessage) message).getText());
          if (received.get(received.size() - 1).equals("m199")) {
            break;
          }
        }
        assertThat(received).endsWith("m199").contains("m195", "m196", "m197", "m198");
        assertThat(received).hasSizeLessThan(20);
        later
            .createProducer()
            .setProperty("JMSXGroupID", "g0")
            .send(later.createQueue("t"), "after");
        assertThat(consumer.receiveBody(String.class, 20_000)).isEqualTo("after");
      }
    }
  }
}

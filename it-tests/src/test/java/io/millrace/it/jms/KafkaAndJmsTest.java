package io.millrace.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.ServerProcess;
import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One copy of each message, whoever sent it and whoever reads it. */
@Timeout(120)
class KafkaAndJmsTest {
  private static final long WAIT_MS = 10_000;

  @TempDir private Path directory;
  private ServerProcess server;
  private JMSContext context;

  @BeforeEach
  void start() throws Exception {
    server = ServerProcess.start(directory);
    context =
        new MillraceConnectionFactory("millrace://127.0.0.1:" + server.port()).createContext();
  }

  @AfterEach
  void stop() {
    context.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void whatAKafkaProducerSendsAJmsConsumerReceives(String codec) throws Exception {
    String name = "from-kafka-" + codec;
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                server.bootstrap(),
                "compression.type",
                codec,
                "linger.ms",
                "50"),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = 0; i < 200; i++) {
        ProducerRecord<String, String> record =
            new ProducerRecord<>(name, "key" + i % 3, "value " + i);
        record.headers().add("colour", "blue".getBytes(StandardCharsets.UTF_8));
        var unused = producer.send(record);
      }
    }
    JMSConsumer consumer = context.createConsumer(context.createQueue(name));
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Message message = consumer.receive(WAIT_MS);
      assertThat(message).as("message %d", i).isInstanceOf(BytesMessage.class);
      bodies.add(new String(message.getBody(byte[].class), StandardCharsets.UTF_8));
      assertThat(message.getStringProperty("colour")).isEqualTo("blue");
      assertThat(message.getStringProperty("JMSXGroupID")).startsWith("key");
    }
    assertThat(bodies).hasSize(200).doesNotHaveDuplicates().contains("value 0", "value 199");
    assertThat(consumer.receiveNoWait()).isNull();
  }

  @Test
  void whatAJmsProducerSendsAKafkaConsumerReads() throws Exception {
    TextMessage message = context.createTextMessage("grüße");
    message.setStringProperty("colour", "blue");
    message.setIntProperty("size", 42);
    message.setStringProperty("JMSXGroupID", "g");
    context.createProducer().send(context.createQueue("to-kafka"), message);
    // Consumed by JMS, it is still there for Kafka.
    assertThat(
            context
                .createConsumer(context.createQueue("to-kafka"))
                .receiveBody(String.class, WAIT_MS))
        .isEqualTo("grüße");

    ConsumerRecord<String, String> record = readOne("to-kafka");
    assertThat(record.value()).isEqualTo("grüße");
    assertThat(record.key()).isEqualTo("g");
    assertThat(record.timestamp()).isEqualTo(message.getJMSTimestamp());
    assertThat(header(record, "jms.body")).isEqualTo("T");
    assertThat(header(record, "jms.p.S.colour")).isEqualTo("blue");
    assertThat(header(record, "jms.p.i.size")).isEqualTo("42");
  }

  @Test
  void shareConsumersAndJmsConsumersTakeTheMessagesOfAQueueInTurns() throws Exception {
    int count = 2000;
    String name = "both-doors";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.GROUP, "sharers"),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("share.queue.cursor", "true"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
    List<String> byJms = new CopyOnWriteArrayList<>();
    List<String> byKafka = new ArrayList<>();
    try (KafkaShareConsumer<String, String> sharer =
        new KafkaShareConsumer<>(
            Map.of("bootstrap.servers", server.bootstrap(), "group.id", "sharers"),
            new StringDeserializer(),
            new StringDeserializer())) {
      send(name, "first");
      sharer.subscribe(List.of(name));
      while (byKafka.isEmpty()) {
        sharer.poll(Duration.ofMillis(100)).forEach(record -> byKafka.add(record.value()));
      }
      JMSContext listening = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
      JMSConsumer consumer = listening.createConsumer(listening.createQueue(name));
      consumer.setMessageListener(message -> byJms.add(bodyOf(message)));
      for (int i = 0; i < count; i++) {
        send(name, "message " + i);
        if (i % 20 == 0) {
          sharer.poll(Duration.ofMillis(1)).forEach(record -> byKafka.add(record.value()));
        }
      }
      long deadline = System.nanoTime() + Duration.ofMillis(2 * WAIT_MS).toNanos();
      while (byJms.size() + byKafka.size() < count + 1 && System.nanoTime() < deadline) {
        sharer.poll(Duration.ofMillis(100)).forEach(record -> byKafka.add(record.value()));
      }
      sharer.commitSync();
      listening.close();
    }
    assertThat(byJms).as("by JMS").isNotEmpty();
    assertThat(byKafka).as("by Kafka").hasSizeGreaterThan(1);
    List<String> all = new ArrayList<>(byJms);
    all.addAll(byKafka);
    assertThat(all).doesNotHaveDuplicates().hasSize(count + 1);
    // Nothing waits behind them.
    assertThat(context.createConsumer(context.createQueue(name)).receive(500)).isNull();
  }

  private void send(String queue, String body) {
    context.createProducer().send(context.createQueue(queue), body);
  }

  private static String bodyOf(Message message) {
    try {
      return message.getBody(String.class);
    } catch (JMSException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatATransactionSendsAKafkaConsumerReads() throws Exception {
    JMSContext transacted = context.createContext(JMSContext.SESSION_TRANSACTED);
    transacted.createProducer().send(transacted.createQueue("committed"), "yes");
    transacted.commit();
    transacted.createProducer().send(transacted.createQueue("committed"), "no");
    transacted.rollback();
    transacted.createProducer().send(transacted.createQueue("committed"), "again");
    transacted.commit();
    transacted.close();

    assertThat(read("committed", 2))
        .extracting(ConsumerRecord::value)
        .containsExactly("yes", "again");
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    assertThat(header).as(name).isNotNull();
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  private ConsumerRecord<String, String> readOne(String topic) {
    return read(topic, 1).get(0);
  }

  private List<ConsumerRecord<String, String>> read(String topic, int count) {
    List<ConsumerRecord<String, String>> all = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                server.bootstrap(),
                "group.id",
                UUID.randomUUID().toString(),
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long end = System.nanoTime() + Duration.ofMillis(3 * WAIT_MS).toNanos();
      while (all.size() < count && System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(all::add);
      }
    }
    assertThat(all).hasSize(count);
    return all;
  }
}

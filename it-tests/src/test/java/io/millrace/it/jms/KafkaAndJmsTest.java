package io.millrace.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.ServerProcess;
import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.net.NetConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions of Kafka's own producer, of version 2. */
@Timeout(90)
final class TransactionalClientTest {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final TopicPartition FIRST = new TopicPartition("t", 0);
  private static final TopicPartition SECOND = new TopicPartition("t", 1);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      admin
          .createTopics(
              List.of(new NewTopic("t", 2, (short) 1), new NewTopic("source", 1, (short) 1)))
          .all()
          .get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private KafkaProducer<String, String> producer(String... settings) {
    List<String> all = new ArrayList<>(List.of("transactional.id", "tx", "linger.ms", "0"));
    all.addAll(List.of(settings));
    return server.producer(all.toArray(String[]::new));
  }

  private static ProducerRecord<String, String> record(int partition, String value) {
    return new ProducerRecord<>("t", partition, null, value);
  }

  /** What a consumer that reads committed records finds, in all partitions of the topic. */
  private List<String> committed(int expected) {
    try (KafkaConsumer<String, String> consumer =
        server.consumer("isolation.level", "read_committed")) {
      consumer.assign(List.of(FIRST, SECOND));
      consumer.seekToBeginning(List.of(FIRST, SECOND));
      List<String> values = new ArrayList<>();
      Awaitility.await()
          .until(
              () -> {
                for (ConsumerRecord<String, String> each : consumer.poll(POLL)) {
                  values.add(each.value());
                }
                return values.size() >= expected;
              });
      consumer.poll(POLL).forEach(each -> values.add(each.value()));
      return values;
    }
  }

  /** Whether it was taken is told when the transaction ends. */
  private static void send(
      KafkaProducer<String, String> producer, ProducerRecord<String, String> record) {
    var unused = producer.send(record);
  }

  @Test
  void committedRecordsAreReadAndAbortedOnesAreNot() {
    try (KafkaProducer<String, String> producer = producer()) {
      producer.initTransactions();
      for (int i = 0; i < 6; i++) {
        producer.beginTransaction();
        send(producer, record(i % 2, "v" + i));
        send(producer, record((i + 1) % 2, "w" + i));
        if (i % 3 == 1) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }

    assertThat(committed(8))
        .containsExactlyInAnyOrder("v0", "w0", "v2", "w2", "v3", "w3", "v5", "w5");
    assertThat(
            server
                .registry()
                .get("millrace.kafka.transactions.committed")
                .functionCounter()
                .count())
        .isEqualTo(4);
  }

  @Test
  void manyRecordsInOneTransactionKeepTheirOrder() {
    List<String> values = IntStream.range(0, 3000).mapToObj(i -> "v" + i).toList();
    try (KafkaProducer<String, String> producer = producer("batch.size", "500")) {
      producer.initTransactions();
      producer.beginTransaction();
      values.forEach(value -> send(producer, record(0, value)));
      producer.commitTransaction();
    }

    assertThat(committed(values.size())).isEqualTo(values);
  }

  @Test
  void whatIsOpenIsNotRead() {
    try (KafkaProducer<String, String> producer = producer();
        KafkaProducer<String, String> plain = server.producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, record(0, "open"));
      producer.flush();
      send(plain, record(0, "behind"));
      send(plain, record(1, "beside"));
      plain.flush();
      assertThat(committed(1)).containsExactly("beside");

      producer.commitTransaction();
    }
    assertThat(committed(3)).containsExactlyInAnyOrder("open", "behind", "beside");
  }

  @Test
  void anEmptyTransactionEndsToo() {
    try (KafkaProducer<String, String> producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.commitTransaction();
      producer.beginTransaction();
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, record(0, "a"));
      producer.commitTransaction();
    }
    assertThat(committed(1)).containsExactly("a");
  }

  @Test
  void aSecondProducerFencesTheFirst() {
    try (KafkaProducer<String, String> first = producer();
        KafkaProducer<String, String> second = producer()) {
      first.initTransactions();
      first.beginTransaction();
      send(first, record(0, "lost"));
      first.flush();

      second.initTransactions();
      assertThatThrownBy(
              () -> {
                send(first, record(0, "late"));
                first.commitTransaction();
              })
          .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
      second.beginTransaction();
      send(second, record(0, "kept"));
      second.commitTransaction();
    }
    assertThat(committed(1)).containsExactly("kept");
  }

  @Test
  void aTransactionThatTakesTooLongIsAborted() {
    try (KafkaProducer<String, String> producer = producer("transaction.timeout.ms", "1000")) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, record(0, "slow"));
      producer.flush();
      Awaitility.await()
          .until(() -> server.broker().producers().stats().aborted(), aborted -> aborted == 1);

      assertThatThrownBy(producer::commitTransaction).isInstanceOf(KafkaException.class);
    }
    try (KafkaProducer<String, String> next = producer()) {
      next.initTransactions();
      next.beginTransaction();
      send(next, record(0, "quick"));
      next.commitTransaction();
    }
    assertThat(committed(1)).containsExactly("quick");
  }

  @Test
  void offsetsAreCommittedWithTheTransactionOrNotAtAll() throws Exception {
    TopicPartition source = new TopicPartition("source", 0);
    try (KafkaProducer<String, String> producer = producer();
        KafkaConsumer<String, String> consumer =
            server.consumer("group.id", "g", "enable.auto.commit", "false");
        Admin admin = server.admin()) {
      consumer.subscribe(List.of("source"));
      Awaitility.await()
          .until(
              () -> {
                consumer.poll(POLL);
                return !consumer.assignment().isEmpty();
              });
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, record(0, "a"));
      producer.sendOffsetsToTransaction(
          Map.of(source, new OffsetAndMetadata(3)), consumer.groupMetadata());
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, record(0, "b"));
      producer.sendOffsetsToTransaction(
          Map.of(source, new OffsetAndMetadata(9)), consumer.groupMetadata());
      producer.abortTransaction();

      OffsetAndMetadata offset =
          admin.listConsumerGroupOffsets("g").partitionsToOffsetAndMetadata().get().get(source);
      assertThat(offset).isNotNull().extracting(OffsetAndMetadata::offset).isEqualTo(3L);
    }
    assertThat(committed(1)).containsExactly("a");
  }

  @Test
  void aTransactionGoesOnAfterTheServerWasRestarted() throws Exception {
    int port = server.port();
    try (KafkaProducer<String, String> producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, record(0, "before"));
      producer.flush();
      server.close();
      server = new RunningDoor(directory, NetConfig.DEFAULT.withAddress("127.0.0.1", port));
      send(producer, record(1, "after"));
      producer.commitTransaction();
    }
    assertThat(committed(2)).containsExactlyInAnyOrder("before", "after");
  }

  @Test
  void administratorsSeeAndAbortTransactions() throws Exception {
    try (KafkaProducer<String, String> producer = producer();
        KafkaProducer<String, String> plain = server.producer();
        Admin admin = server.admin()) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, record(1, "open"));
      producer.flush();

      TransactionListing listed = admin.listTransactions().all().get().iterator().next();
      TransactionDescription described =
          admin.describeTransactions(List.of("tx")).description("tx").get();
      assertThat(listed.transactionalId()).isEqualTo("tx");
      assertThat(listed.state()).isEqualTo(TransactionState.ONGOING);
      assertThat(described.topicPartitions()).containsExactly(SECOND);
      assertThat(described.transactionStartTimeMs()).isPresent();
      admin
          .abortTransaction(
              new AbortTransactionSpec(
                  SECOND, described.producerId(), (short) described.producerEpoch(), 0))
          .all()
          .get();

      plain.send(record(1, "next")).get();
      assertThat(committed(1)).containsExactly("next");
      admin.fenceProducers(List.of("tx")).all().get();
      assertThat(admin.describeTransactions(List.of("tx")).description("tx").get().producerEpoch())
          .isGreaterThan(described.producerEpoch());
    }
  }
}

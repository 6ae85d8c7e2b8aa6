package io.millrace.server.door;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.log.StoreHealth;
import io.millrace.log.file.DiskFileSystem;
import io.millrace.server.testing.Warnings;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills and gets space again, as real clients of both doors see it. */
@Timeout(120)
final class FullDiskTest {
  private static final int MESSAGES = 10;
  private static final long WAIT_MS = 10_000;
  private static final TopicPartition EVENTS = new TopicPartition("events", 0);
  private static final String ORDERS = "orders";
  private static final String UNBOUNDED = "requestTimeoutMs=0";
  private static final String IMPATIENT = "requestTimeoutMs=1000";

  @TempDir Path directory;
  private final Warnings log = Warnings.andNews("io.millrace.log");

  @SuppressWarnings("NullAway.Init")
  private NarrowDisk disk;

  @SuppressWarnings("NullAway.Init")
  private RunningDoors server;

  @BeforeEach
  void start() throws Exception {
    disk = new NarrowDisk(new DiskFileSystem(directory));
    server = new RunningDoors(disk);
    try (KafkaProducer<String, String> producer = producer(Map.of());
        JMSContext context = server.factory(UNBOUNDED).createContext()) {
      Queue queue = context.createQueue(ORDERS);
      for (int i = 0; i < MESSAGES; i++) {
        producer.send(event(i)).get();
        context.createProducer().send(queue, "order " + i);
      }
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    log.close();
  }

  @Test
  void saysSoInItsLogAndItsMetrics() {
    fill();
    await().until(() -> says("is full, refusing appends"));

    free();
    await().until(() -> says("space is back"));
  }

  /** Of this test's directory, in the store's log. */
  private boolean says(String part) {
    return log.lines().stream()
        .anyMatch(line -> line.contains(part) && line.contains(directory.toString()));
  }

  @Test
  void aKafkaProducerIsToldSoAndMayTryAgain() {
    fill();
    try (KafkaProducer<String, String> producer =
        producer(Map.of("retries", "0", "enable.idempotence", "false"))) {
      assertThatThrownBy(() -> producer.send(event(MESSAGES)).get())
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(KafkaStorageException.class)
          .isInstanceOf(RetriableException.class)
          .hasMessageContaining("free some space");
    }
    assertThat(server.refusedByTheFullDisk()).isPositive();
    assertThat(events(MESSAGES)).hasSize(MESSAGES);
  }

  @Test
  void aJmsSendThatMustNotWaitSaysWhatToDoAndIsTakenOnceAtMost() throws Exception {
    fill();
    try (JMSContext context = server.factory(IMPATIENT).createContext()) {
      Queue queue = context.createQueue(ORDERS);
      assertThatThrownBy(() -> context.createProducer().send(queue, "late"))
          .isInstanceOf(ResourceAllocationRuntimeException.class)
          .hasMessageContaining("free some space");
      assertThat(server.refusedByTheFullDisk()).isPositive();
      free();
    }
    List<String> orders = drainOrders(MESSAGES);
    assertThat(orders).doesNotHaveDuplicates().hasSizeBetween(MESSAGES, MESSAGES + 1);
  }

  @Test
  void aJmsCommitThatMustNotWaitSaysWhatToDoAndCanBeAskedForAgain() throws Exception {
    try (JMSContext context =
        server.factory(IMPATIENT).createContext(JMSContext.SESSION_TRANSACTED)) {
      Queue orders = context.createQueue(ORDERS);
      Queue bills = context.createQueue("bills");
      context.createProducer().send(bills, "bill 0");
      try (JMSConsumer consumer = context.createConsumer(orders)) {
        assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("order 0");
        fill();
        assertThatThrownBy(context::commit)
            .isInstanceOf(ResourceAllocationRuntimeException.class)
            .hasMessageContaining("nothing was committed")
            .hasMessageContaining("free some space");
        free();
        context.commit();
        context.createProducer().send(bills, "bill 1");
        context.commit();
        assertThat(consumer.receiveBody(String.class, WAIT_MS)).isEqualTo("order 1");
      }
    }
    assertThat(drain("bills", 2)).containsExactly("bill 0", "bill 1");
    assertThat(drainOrders(MESSAGES - 1)).hasSize(MESSAGES - 1).contains("order 1", "order 9");
  }

  @Test
  void consumersGoOnReadingAndAcknowledging() throws Exception {
    fill();
    assertThat(drainOrders(MESSAGES)).hasSize(MESSAGES).doesNotHaveDuplicates();
    try (KafkaConsumer<String, String> consumer = consumer()) {
      consumer.assign(List.of(EVENTS));
      assertThat(values(consumer, MESSAGES)).hasSize(MESSAGES);
      consumer.commitSync();
      assertThat(consumer.committed(Set.of(EVENTS)).values())
          .extracting(OffsetAndMetadata::offset)
          .containsExactly((long) MESSAGES);
    }
    server.close();
    server = new RunningDoors(disk);

    assertThat(drainOrders(0)).as("acknowledged before the restart").isEmpty();
    try (KafkaConsumer<String, String> consumer = consumer()) {
      assertThat(consumer.committed(Set.of(EVENTS)).values())
          .extracting(OffsetAndMetadata::offset)
          .containsExactly((long) MESSAGES);
    }
  }

  @Test
  void whatWaitedIsTakenOnceWhenSpaceIsBack() throws Exception {
    fill();
    try (KafkaProducer<String, String> producer = producer(Map.of());
        JMSContext context = server.factory(UNBOUNDED).createContext()) {
      Future<RecordMetadata> sent = producer.send(event(MESSAGES));
      CompletableFuture<Void> order =
          CompletableFuture.runAsync(
              () ->
                  context.createProducer().send(context.createQueue(ORDERS), "order " + MESSAGES));
      await().until(() -> retries(producer) >= 2 && server.failedJmsRequests() >= 2);
      assertThat(sent).isNotDone();
      assertThat(order).isNotDone();

      free();
      assertThat(sent.get(WAIT_MS, TimeUnit.MILLISECONDS).offset()).isEqualTo(MESSAGES);
      order.get(WAIT_MS, TimeUnit.MILLISECONDS);
    }
    List<String> events = new ArrayList<>();
    List<String> orders = new ArrayList<>();
    for (int i = 0; i <= MESSAGES; i++) {
      events.add("event " + i);
      orders.add("order " + i);
    }
    assertThat(events(MESSAGES + 1)).isEqualTo(events);
    assertThat(drainOrders(MESSAGES + 1)).isEqualTo(orders);
  }

  // ---- the disk

  private void fill() {
    disk.leave(0);
    await().until(() -> server.measures(StoreHealth.FULL));
  }

  private void free() {
    disk.leave(Long.MAX_VALUE);
    await().until(() -> server.measures(StoreHealth.OK));
  }

  // ---- clients

  private static double retries(KafkaProducer<String, String> producer) {
    return producer.metrics().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals("record-retry-total"))
        .filter(metric -> metric.getKey().group().equals("producer-metrics"))
        .mapToDouble(metric -> (double) metric.getValue().metricValue())
        .sum();
  }

  private static ProducerRecord<String, String> event(int number) {
    return new ProducerRecord<>(EVENTS.topic(), EVENTS.partition(), null, "event " + number);
  }

  private KafkaProducer<String, String> producer(Map<String, Object> settings) {
    Map<String, Object> config = new java.util.HashMap<>(settings);
    config.put("bootstrap.servers", server.bootstrap());
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  private KafkaConsumer<String, String> consumer() {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            server.bootstrap(),
            "group.id",
            "readers",
            "enable.auto.commit",
            "false",
            "auto.offset.reset",
            "earliest");
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  /** All events, which are at least so many. */
  private List<String> events(int atLeast) {
    try (KafkaConsumer<String, String> consumer = consumer()) {
      consumer.assign(List.of(EVENTS));
      consumer.seekToBeginning(List.of(EVENTS));
      return values(consumer, atLeast);
    }
  }

  private static List<String> values(KafkaConsumer<String, String> consumer, int atLeast) {
    List<String> values = new ArrayList<>();
    long end = requireNonNull(consumer.endOffsets(List.of(EVENTS)).get(EVENTS));
    assertThat(end).isGreaterThanOrEqualTo(atLeast);
    await()
        .until(
            () -> {
              for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                values.add(record.value());
              }
              return consumer.position(EVENTS) >= end;
            });
    return values;
  }

  /** Receives and acknowledges so many orders, and whatever else there is. */
  private List<String> drainOrders(int expected) throws Exception {
    return drain(ORDERS, expected);
  }

  private List<String> drain(String queue, int expected) throws Exception {
    List<String> bodies = new ArrayList<>();
    try (JMSContext context =
        server.factory(UNBOUNDED).createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
      JMSConsumer consumer = context.createConsumer(context.createQueue(queue));
      for (int i = 0; i < expected; i++) {
        bodies.add(consumer.receiveBody(String.class, WAIT_MS));
      }
      String more = consumer.receiveBodyNoWait(String.class);
      if (more != null) {
        bodies.add(more);
      }
      context.acknowledge();
    }
    return bodies;
  }
}

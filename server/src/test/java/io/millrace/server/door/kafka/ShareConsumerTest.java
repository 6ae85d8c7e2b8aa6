package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.net.NetConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own consumers of share groups (KIP-932). */
@Timeout(120)
final class ShareConsumerTest {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(40);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  private final List<KafkaShareConsumer<String, String>> consumers = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory, NetConfig.DEFAULT, ServerCoreConfig.DEFAULT);
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("t", 2, (short) 1))).all().get();
    }
    set("share.auto.offset.reset", "earliest");
  }

  @AfterEach
  void stop() throws Exception {
    consumers.forEach(each -> each.close(Duration.ofSeconds(5)));
    server.close();
  }

  private void set(String name, String value) throws Exception {
    try (Admin admin = server.admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.GROUP, "g"),
                  List.of(
                      new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private KafkaShareConsumer<String, String> consumer(String... settings) {
    KafkaShareConsumer<String, String> consumer = open(settings);
    consumers.add(consumer);
    return consumer;
  }

  private KafkaShareConsumer<String, String> open(String... settings) {
    List<String> all = new ArrayList<>(List.of("group.id", "g"));
    all.addAll(List.of(settings));
    KafkaShareConsumer<String, String> consumer = server.shareConsumer(all.toArray(String[]::new));
    consumer.subscribe(List.of("t"));
    return consumer;
  }

  private void send(int from, int to, String... settings) throws Exception {
    try (KafkaProducer<String, String> producer = server.producer(settings)) {
      for (int i = from; i < to; i++) {
        var unused = producer.send(new ProducerRecord<>("t", i % 2, "k" + i, "v" + i));
      }
      producer.flush();
    }
  }

  private static Set<String> values(int from, int to) {
    Set<String> values = new TreeSet<>();
    for (int i = from; i < to; i++) {
      values.add("v" + i);
    }
    return values;
  }

  private static void until(Supplier<Boolean> condition) {
    long end = System.nanoTime() + PATIENCE_NS;
    while (!condition.get()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(end);
    }
  }

  /** Polls until so many records came. */
  private static List<ConsumerRecord<String, String>> take(
      KafkaShareConsumer<String, String> consumer, int count) {
    List<ConsumerRecord<String, String>> got = new ArrayList<>();
    until(
        () -> {
          consumer.poll(POLL).forEach(got::add);
          return got.size() >= count;
        });
    return got;
  }

  private static Set<String> valuesOf(List<ConsumerRecord<String, String>> records) {
    Set<String> values = new TreeSet<>();
    records.forEach(record -> values.add(record.value()));
    return values;
  }

  @Test
  void acknowledgesImplicitlyAndGoesOnAfterARestart() throws Exception {
    send(0, 1000);
    KafkaShareConsumer<String, String> first = open();
    List<ConsumerRecord<String, String>> got = take(first, 1000);
    assertThat(got).hasSize(1000);
    assertThat(valuesOf(got)).isEqualTo(values(0, 1000));
    assertThat(got).allMatch(record -> record.deliveryCount().orElseThrow() == 1);
    first.commitSync().forEach((p, e) -> assertThat(e).isEmpty());
    first.close();

    server.close();
    server = new RunningDoor(directory, NetConfig.DEFAULT, ServerCoreConfig.DEFAULT);
    send(1000, 1010);
    assertThat(valuesOf(take(consumer(), 10))).isEqualTo(values(1000, 1010));
  }

  @Test
  void competesAndGivesEachRecordToOne() throws Exception {
    Set<String> seen = Collections.synchronizedSet(new HashSet<>());
    List<String> twice = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      KafkaShareConsumer<String, String> each = open("max.poll.records", "50");
      Thread thread =
          new Thread(
              () -> {
                while (!stop.get()) {
                  for (ConsumerRecord<String, String> record : each.poll(POLL)) {
                    if (!seen.add(record.value())) {
                      twice.add(record.value());
                    }
                  }
                }
                each.close();
              });
      thread.start();
      threads.add(thread);
    }
    send(0, 5000, "linger.ms", "1", "compression.type", "gzip");
    try {
      until(() -> seen.size() == 5000);
    } finally {
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(twice).isEmpty();
  }

  @Test
  void acknowledgesExplicitlyAndCountsDeliveries() throws Exception {
    send(0, 10);
    KafkaShareConsumer<String, String> consumer =
        consumer("share.acknowledgement.mode", "explicit");
    Map<String, List<Integer>> deliveries = new TreeMap<>();
    Set<String> done = new TreeSet<>();
    until(
        () -> {
          for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
            int count = record.deliveryCount().orElseThrow();
            deliveries.computeIfAbsent(record.value(), v -> new ArrayList<>()).add(count);
            if (record.value().equals("v3")) {
              consumer.acknowledge(record, AcknowledgeType.REJECT);
              done.add(record.value());
            } else if (record.value().equals("v4") || count == 1) {
              consumer.acknowledge(record, AcknowledgeType.RELEASE);
              if (count == 5) {
                done.add(record.value());
              }
            } else {
              consumer.acknowledge(record, AcknowledgeType.ACCEPT);
              done.add(record.value());
            }
          }
          consumer.commitSync().forEach((p, e) -> assertThat(e).isEmpty());
          return done.size() == 10;
        });
    assertThat(deliveries.get("v3")).containsExactly(1);
    assertThat(deliveries.get("v4")).containsExactly(1, 2, 3, 4, 5);
    assertThat(deliveries.get("v5")).containsExactly(1, 2);
    for (int i = 0; i < 5; i++) {
      assertThat(consumer.poll(POLL)).isEmpty();
    }
  }

  @Test
  void renewsLocksAndGoesOnWithTheRecord() throws Exception {
    send(0, 1);
    KafkaShareConsumer<String, String> consumer =
        consumer("share.acknowledgement.mode", "explicit");
    ConsumerRecord<String, String> record = take(consumer, 1).get(0);
    consumer.acknowledge(record, AcknowledgeType.RENEW);
    consumer.commitSync().forEach((p, e) -> assertThat(e).isEmpty());
    List<ConsumerRecord<String, String>> renewed = take(consumer, 1);
    assertThat(renewed.get(0).offset()).isEqualTo(record.offset());
    assertThat(renewed.get(0).deliveryCount()).hasValue((short) 1);
    consumer.acknowledge(renewed.get(0), AcknowledgeType.ACCEPT);
    consumer.commitSync().forEach((p, e) -> assertThat(e).isEmpty());
  }

  @Test
  void givesAnotherWhatAClosedConsumerHeld() throws Exception {
    send(0, 20);
    KafkaShareConsumer<String, String> first = open("share.acknowledgement.mode", "explicit");
    Set<String> accepted = new TreeSet<>();
    until(
        () -> {
          for (ConsumerRecord<String, String> record : first.poll(POLL)) {
            first.acknowledge(
                record, accepted.isEmpty() ? AcknowledgeType.ACCEPT : AcknowledgeType.RELEASE);
            accepted.add(record.value());
          }
          return !accepted.isEmpty();
        });
    first.close();

    assertThat(take(consumer(), 19)).hasSize(19);
  }

  @Test
  void givesAnotherWhatIsHeldTooLong() throws Exception {
    set("share.record.lock.duration.ms", "1000");
    try (Admin admin = server.admin()) {
      // Of one partition, so that both consumers have it.
      admin.createTopics(List.of(new NewTopic("one", 1, (short) 1))).all().get();
    }
    try (KafkaProducer<String, String> producer = server.producer()) {
      for (int i = 0; i < 4; i++) {
        var unused = producer.send(new ProducerRecord<>("one", "v" + i)).get();
      }
    }
    KafkaShareConsumer<String, String> slow = consumer("share.acknowledgement.mode", "explicit");
    slow.subscribe(List.of("one"));
    assertThat(take(slow, 4)).hasSize(4);
    KafkaShareConsumer<String, String> other = consumer("share.acknowledgement.mode", "explicit");
    other.subscribe(List.of("one"));
    List<ConsumerRecord<String, String>> again = take(other, 4);
    assertThat(valuesOf(again)).isEqualTo(values(0, 4));
    assertThat(again).allSatisfy(record -> assertThat(record.deliveryCount()).hasValue((short) 2));
    again.forEach(other::acknowledge);
    assertThat(other.commitSync().values()).allSatisfy(error -> assertThat(error).isEmpty());
  }

  @Test
  void seesWhatIsCommittedOnlyWhereItIsSetSo() throws Exception {
    set("share.isolation.level", "read_committed");
    try (KafkaProducer<String, String> producer = server.producer("transactional.id", "tx")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("t", 0, "k", "bad")).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("t", 0, "k", "good")).get();
      KafkaShareConsumer<String, String> consumer = consumer();
      for (int i = 0; i < 5; i++) {
        assertThat(consumer.poll(POLL)).isEmpty();
      }
      producer.commitTransaction();
      assertThat(valuesOf(take(consumer, 1))).containsExactly("good");
    }
  }

  @Test
  void seesAllThatIsDurableByDefault() throws Exception {
    try (KafkaProducer<String, String> producer = server.producer("transactional.id", "tx")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("t", 0, "k", "aborted")).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("t", 0, "k", "open")).get();
      assertThat(valuesOf(take(consumer(), 2))).containsExactly("aborted", "open");
      producer.commitTransaction();
    }
  }

  @Test
  void movesWhatIsRejectedToTheDeadLetters() throws Exception {
    try (Admin admin = server.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("dlq.t", 1, (short) 1)
                      .configs(Map.of("errors.deadletterqueue.group.enable", "true"))))
          .all()
          .get();
    }
    set("errors.deadletterqueue.topic.name", "dlq.t");
    send(0, 1);
    KafkaShareConsumer<String, String> consumer =
        consumer("share.acknowledgement.mode", "explicit");
    consumer.acknowledge(take(consumer, 1).get(0), AcknowledgeType.REJECT);
    consumer.commitSync();

    try (KafkaConsumer<String, String> dead = server.consumer("group.id", "dead")) {
      dead.subscribe(List.of("dlq.t"));
      List<ConsumerRecord<String, String>> letters = new ArrayList<>();
      until(
          () -> {
            dead.poll(POLL).forEach(letters::add);
            return !letters.isEmpty();
          });
      assertThat(letters.get(0).value()).isEqualTo("v0");
      Map<String, String> headers = new TreeMap<>();
      letters
          .get(0)
          .headers()
          .forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
      assertThat(headers)
          .containsEntry("__dlq.errors.topic", "t")
          .containsEntry("__dlq.errors.partition", "0")
          .containsEntry("__dlq.errors.offset", "0")
          .containsEntry("__dlq.errors.group", "g")
          .containsEntry("__dlq.errors.delivery.count", "1");
    }
  }
}

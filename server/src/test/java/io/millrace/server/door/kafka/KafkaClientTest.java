package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class KafkaClientTest {
  private static final Duration POLL = Duration.ofMillis(200);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void givesBackWhatWasSentInEveryCompression(String compression) throws Exception {
    try (KafkaProducer<String, String> producer =
        server.producer("compression.type", compression, "linger.ms", "5")) {
      send(producer, "orders", 500);
    }

    assertThat(readAll("orders", 500)).isEqualTo(values(500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "all"})
  void takesRecordsWithEveryKindOfAcknowledgement(String acks) throws Exception {
    try (KafkaProducer<String, String> producer =
        server.producer("acks", acks, "enable.idempotence", "false")) {
      send(producer, "orders", 50);
    }

    assertThat(readAll("orders", 50)).isEqualTo(values(50));
  }

  @Test
  void carriesRecordsLargerThanAFetch() throws Exception {
    String large = "x".repeat(900_000);
    try (KafkaProducer<String, String> producer = server.producer();
        KafkaConsumer<String, String> consumer =
            server.consumer("fetch.max.bytes", "1000", "max.partition.fetch.bytes", "1000")) {
      producer.send(new ProducerRecord<>("large", large)).get();
      producer.send(new ProducerRecord<>("large", large)).get();
      consumer.assign(List.of(new TopicPartition("large", 0)));

      assertThat(read(consumer, 2)).containsExactly(large, large);
    }
  }

  @Test
  void refusesBatchesThatAreLargerThanTheTopicAllows() throws Exception {
    try (Admin admin = server.admin();
        KafkaProducer<String, String> producer = server.producer()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("small", 1, (short) 1).configs(Map.of("max.message.bytes", "1000"))))
          .all()
          .get();

      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("small", "x".repeat(2000))).get())
          .hasCauseInstanceOf(RecordTooLargeException.class);
      producer.send(new ProducerRecord<>("small", "fits")).get();
    }
  }

  @Test
  void waitsForRecordsThatComeLater() throws Exception {
    try (KafkaProducer<String, String> producer = server.producer();
        KafkaConsumer<String, String> consumer = server.consumer("fetch.max.wait.ms", "30000")) {
      producer.send(new ProducerRecord<>("late", "first")).get();
      consumer.assign(List.of(new TopicPartition("late", 0)));
      assertThat(read(consumer, 1)).containsExactly("first");

      consumer.poll(POLL);
      producer.send(new ProducerRecord<>("late", "second")).get();

      assertThat(read(consumer, 1)).containsExactly("second");
    }
  }

  @Test
  void doesNotLetALongPollHoldUpTheRequestsBehindIt() throws Exception {
    try (KafkaProducer<String, String> producer = server.producer()) {
      producer.send(new ProducerRecord<>("t", "v")).get();
    }
    KafkaConsumer<String, String> consumer = server.consumer("fetch.max.wait.ms", "50000");
    consumer.assign(List.of(new TopicPartition("t", 0)));
    read(consumer, 1);
    consumer.poll(POLL);

    assertTimeout(Duration.ofSeconds(10), () -> consumer.close());
  }

  @Test
  void readsManyPartitionsInOneSession() throws Exception {
    int partitions = 20;
    try (Admin admin = server.admin();
        KafkaProducer<String, String> producer = server.producer();
        KafkaConsumer<String, String> consumer = server.consumer()) {
      admin.createTopics(List.of(new NewTopic("wide", partitions, (short) 1))).all().get();
      List<TopicPartition> all = new ArrayList<>();
      for (int i = 0; i < partitions; i++) {
        all.add(new TopicPartition("wide", i));
      }
      consumer.assign(all);

      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < partitions; i++) {
          sent.add(producer.send(new ProducerRecord<>("wide", i, null, round + "/" + i)));
        }
        producer.flush();
        assertThat(read(consumer, partitions)).hasSize(partitions);
      }
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      assertThat(ends.values()).containsOnly(5L);
      assertThat(sent).allMatch(Future::isDone);
    }
  }

  @Test
  void sharesPartitionsAmongTheMembersOfAGroupAndKeepsItsOffsets() throws Exception {
    try (Admin admin = server.admin();
        KafkaProducer<String, String> producer = server.producer()) {
      admin.createTopics(List.of(new NewTopic("work", 2, (short) 1))).all().get();
      for (int i = 0; i < 10; i++) {
        producer.send(new ProducerRecord<>("work", i % 2, null, "a" + i)).get();
      }
      String[] group = {"group.id", "workers", "enable.auto.commit", "false"};
      try (KafkaConsumer<String, String> first = server.consumer(group);
          KafkaConsumer<String, String> second = server.consumer(group)) {
        first.subscribe(List.of("work"));
        second.subscribe(List.of("work"));
        await()
            .until(
                () -> {
                  first.poll(POLL);
                  second.poll(POLL);
                  return first.assignment().size() == 1 && second.assignment().size() == 1;
                });
        first.seekToBeginning(first.assignment());
        second.seekToBeginning(second.assignment());
        assertThat(read(first, 5)).hasSize(5);
        assertThat(read(second, 5)).hasSize(5);
        first.commitSync();
        second.commitSync();
        assertThat(
                at(admin.describeConsumerGroups(List.of("workers")).describedGroups(), "workers")
                    .get()
                    .members())
            .hasSize(2);
      }
      try (KafkaConsumer<String, String> later = server.consumer(group)) {
        later.subscribe(List.of("work"));
        producer.send(new ProducerRecord<>("work", 0, null, "b")).get();
        assertThat(read(later, 1)).containsExactly("b");
      }
      assertThat(
              at(
                      admin
                          .listConsumerGroupOffsets("workers")
                          .partitionsToOffsetAndMetadata()
                          .get(),
                      new TopicPartition("work", 1))
                  .offset())
          .isEqualTo(5);
    }
  }

  @Test
  void describesListsAndDeletesGroups() throws Exception {
    try (Admin admin = server.admin();
        KafkaProducer<String, String> producer = server.producer()) {
      producer.send(new ProducerRecord<>("t", "v")).get();
      try (KafkaConsumer<String, String> consumer = server.consumer("group.id", "g")) {
        consumer.subscribe(List.of("t"));
        read(consumer, 1);
      }

      assertThat(admin.listGroups().all().get())
          .extracting(listing -> listing.groupId())
          .containsExactly("g");
      assertThat(
              at(admin.describeConsumerGroups(List.of("g")).describedGroups(), "g")
                  .get()
                  .groupState())
          .isEqualTo(GroupState.EMPTY);
      admin.deleteConsumerGroups(List.of("g")).all().get();
      assertThat(admin.listGroups().all().get()).isEmpty();
      assertThatThrownBy(() -> admin.deleteConsumerGroups(List.of("g")).all().get())
          .hasCauseInstanceOf(GroupIdNotFoundException.class);
    }
  }

  @Test
  void createsDescribesAndDeletesTopics() throws Exception {
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("a", 3, (short) 1))).all().get();
      assertThatThrownBy(
              () -> admin.createTopics(List.of(new NewTopic("a", 3, (short) 1))).all().get())
          .hasCauseInstanceOf(TopicExistsException.class);
      assertThatThrownBy(
              () -> admin.createTopics(List.of(new NewTopic("b", 3, (short) 3))).all().get())
          .hasCauseInstanceOf(InvalidReplicationFactorException.class);
      assertThatThrownBy(
              () ->
                  admin
                      .createTopics(
                          List.of(
                              new NewTopic("c", 1, (short) 1)
                                  .configs(Map.of("cleanup.policy", "compress"))))
                      .all()
                      .get())
          .hasCauseInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("'compact'");

      TopicDescription described =
          at(admin.describeTopics(List.of("a")).allTopicNames().get(), "a");
      assertThat(described.partitions()).hasSize(3);
      assertThat(described.partitions().get(2).leader().id()).isEqualTo(1);
      assertThat(admin.listTopics().names().get()).containsExactly("a");

      admin.createPartitions(Map.of("a", NewPartitions.increaseTo(5))).all().get();
      assertThat(at(admin.describeTopics(List.of("a")).allTopicNames().get(), "a").partitions())
          .hasSize(5);

      admin.deleteTopics(List.of("a")).all().get();
      assertThat(admin.listTopics().names().get()).isEmpty();
      assertThatThrownBy(() -> admin.deleteTopics(List.of("a")).all().get())
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  @Test
  void showsAndChangesSettings() throws Exception {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "a");
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("a", 1, (short) 1))).all().get();

      alter(admin, topic, "retention.ms", "1000", OpType.SET);
      Config changed = at(admin.describeConfigs(List.of(topic)).all().get(), topic);
      assertThat(changed.get("retention.ms").value()).isEqualTo("1000");
      assertThat(changed.get("retention.ms").source())
          .isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
      assertThat(changed.get("cleanup.policy").value()).isEqualTo("delete");
      assertThat(changed.get("millrace.durability").value()).isEqualTo("fsync");

      alter(admin, topic, "retention.ms", "", OpType.DELETE);
      Config reset = at(admin.describeConfigs(List.of(topic)).all().get(), topic);
      assertThat(reset.get("retention.ms").isDefault()).isTrue();

      assertThatThrownBy(() -> alter(admin, topic, "retention.ms", "soon", OpType.SET))
          .hasCauseInstanceOf(InvalidConfigurationException.class);
      Config settings = at(admin.describeConfigs(List.of(broker)).all().get(), broker);
      assertThat(settings.get("num.partitions").value()).isEqualTo("1");
    }
  }

  @Test
  void describesTheClusterOfOneBroker() throws Exception {
    try (Admin admin = server.admin()) {
      DescribeClusterResult cluster = admin.describeCluster();

      assertThat(cluster.clusterId().get()).isEqualTo("test-cluster");
      assertThat(cluster.nodes().get())
          .singleElement()
          .satisfies(
              node -> {
                assertThat(node.host()).isEqualTo("127.0.0.1");
                assertThat(node.port()).isEqualTo(server.port());
              });
      assertThat(cluster.controller().get().id()).isEqualTo(1);
    }
  }

  @Test
  void findsOffsetsByTimeAndDeletesRecords() throws Exception {
    TopicPartition partition = new TopicPartition("times", 0);
    try (Admin admin = server.admin();
        KafkaProducer<String, String> producer = server.producer();
        KafkaConsumer<String, String> consumer = server.consumer()) {
      for (int i = 0; i < 10; i++) {
        producer.send(new ProducerRecord<>("times", 0, 1000L * (i + 1), null, "v" + i)).get();
      }

      assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 0L);
      assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 10L);
      OffsetAndTimestamp found = at(consumer.offsetsForTimes(Map.of(partition, 3500L)), partition);
      assertThat(found.offset()).isEqualTo(3);
      assertThat(found.timestamp()).isEqualTo(4000);
      assertThat(found.leaderEpoch()).isEqualTo(Optional.of(0));
      assertThat(consumer.offsetsForTimes(Map.of(partition, 99_999L)).get(partition)).isNull();
      assertThat(
              admin
                  .listOffsets(Map.of(partition, OffsetSpec.maxTimestamp()))
                  .partitionResult(partition)
                  .get()
                  .offset())
          .isEqualTo(9);

      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(4))).all().get();
      assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 4L);
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      assertThat(read(consumer, 6)).containsExactly("v4", "v5", "v6", "v7", "v8", "v9");
    }
  }

  @Test
  void createsNoTopicForAClientThatDoesNotWantIt() {
    try (KafkaConsumer<String, String> consumer =
        server.consumer("allow.auto.create.topics", "false")) {
      assertThat(consumer.partitionsFor("absent", Duration.ofSeconds(1))).isNullOrEmpty();
      assertThat(server.broker().catalog().find("absent")).isNull();
    }
  }

  private static <K, V> V at(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key), () -> "nothing at " + key);
  }

  private static void alter(
      Admin admin, ConfigResource resource, String name, String value, OpType operation)
      throws Exception {
    AlterConfigOp change = new AlterConfigOp(new ConfigEntry(name, value), operation);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
  }

  private static void send(KafkaProducer<String, String> producer, String topic, int count)
      throws ExecutionException, InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (String value : values(count)) {
      sent.add(producer.send(new ProducerRecord<>(topic, value)));
    }
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      assertThat(each.get().topic()).isEqualTo(topic);
    }
  }

  private static List<String> values(int count) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add("value " + i);
    }
    return values;
  }

  private List<String> readAll(String topic, int count) {
    try (KafkaConsumer<String, String> consumer = server.consumer()) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      List<String> read = read(consumer, count);
      assertThat(consumer.position(new TopicPartition(topic, 0))).isEqualTo(count);
      return read;
    }
  }

  /** Reads until there are that many records, in order within each partition. */
  private static List<String> read(KafkaConsumer<String, String> consumer, int count) {
    Map<TopicPartition, Long> next = new HashMap<>();
    List<String> values = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                Long expected = next.put(partition, record.offset() + 1);
                assertThat(expected == null || expected == record.offset()).isTrue();
                values.add(record.value());
              }
              return values.size() >= count;
            });
    return values;
  }
}

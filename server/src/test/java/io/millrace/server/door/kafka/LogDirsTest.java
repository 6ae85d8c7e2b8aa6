package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.DescribeLogDirsResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** There is one log directory, and the sizes of partitions in it. */
@Timeout(60)
final class LogDirsTest {
  private static final TopicPartition EMPTY = new TopicPartition("t", 0);
  private static final TopicPartition FULL = new TopicPartition("t", 1);
  private static final int VALUE_BYTES = 5000;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (Admin admin = server.admin();
        KafkaProducer<String, String> producer = server.producer()) {
      admin.createTopics(List.of(new NewTopic("t", 2, (short) 1))).all().get();
      producer.send(new ProducerRecord<>("t", 1, null, "x".repeat(VALUE_BYTES))).get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void saysHowLargePartitionsAre() throws Exception {
    try (Admin admin = server.admin()) {
      LogDirDescription described = described(admin);

      assertThat(described.error()).isNull();
      assertThat(described.totalBytes()).isEmpty();
      assertThat(described.usableBytes()).isEmpty();
      Map<TopicPartition, ReplicaInfo> replicas = described.replicaInfos();
      assertThat(replicas).containsOnlyKeys(EMPTY, FULL);
      assertThat(sizeOf(replicas, EMPTY)).isZero();
      assertThat(sizeOf(replicas, FULL)).isBetween(VALUE_BYTES + 1L, VALUE_BYTES + 200L);
      assertThat(replicas.values())
          .allSatisfy(
              replica -> {
                assertThat(replica.offsetLag()).isZero();
                assertThat(replica.isFuture()).isFalse();
              });
      TopicPartitionReplica replica = new TopicPartitionReplica("t", 1, 1);
      assertThat(admin.describeReplicaLogDirs(List.of(replica)).all().get().get(replica))
          .isNotNull()
          .satisfies(info -> assertThat(info.getCurrentReplicaLogDir()).isEqualTo("/data"));
    }
  }

  @Test
  void knowsTheSizesOfPartitionsThatNobodyHasUsedSinceTheStart() throws Exception {
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("many", 200, (short) 1))).all().get();
    }
    server.close();
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      Map<TopicPartition, ReplicaInfo> replicas = described(admin).replicaInfos();

      assertThat(replicas).hasSize(202);
      assertThat(sizeOf(replicas, FULL)).isGreaterThan(VALUE_BYTES);
    }
  }

  @Test
  void describesWhatIsAskedForAndExistsOnce() throws Exception {
    DescribeLogDirsRequestData request = new DescribeLogDirsRequestData();
    request.topics().add(topic("absent", 0));
    request.topics().add(topic("t", 1, 1, -1, 2));
    request.topics().add(topic("t", 1));

    for (short version = 1; version <= 5; version++) {
      DescribeLogDirsResponseData answer = ask(version, request);

      assertThat(answer.results())
          .singleElement()
          .satisfies(
              result ->
                  assertThat(result.topics())
                      .singleElement()
                      .satisfies(
                          topic ->
                              assertThat(topic.partitions())
                                  .singleElement()
                                  .satisfies(
                                      partition ->
                                          assertThat(partition.partitionIndex()).isEqualTo(1))));
    }
  }

  private static LogDirDescription described(Admin admin) throws Exception {
    Map<String, LogDirDescription> directories =
        Objects.requireNonNull(
            admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1), "broker 1");
    assertThat(directories).containsOnlyKeys("/data");
    return Objects.requireNonNull(directories.get("/data"));
  }

  private static long sizeOf(Map<TopicPartition, ReplicaInfo> replicas, TopicPartition partition) {
    return Objects.requireNonNull(replicas.get(partition)).size();
  }

  private static DescribableLogDirTopic topic(String name, Integer... partitions) {
    return new DescribableLogDirTopic().setTopic(name).setPartitions(List.of(partitions));
  }

  private DescribeLogDirsResponseData ask(short version, DescribeLogDirsRequestData request)
      throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      return ((DescribeLogDirsResponse) client.ask(ApiKeys.DESCRIBE_LOG_DIRS, version, request))
          .data();
    }
  }
}

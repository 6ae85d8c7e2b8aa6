package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Committed offsets are deleted by an administrator, for good. */
@Timeout(60)
final class OffsetDeleteTest {
  private static final String GROUP = "g";
  private static final TopicPartition GONE = new TopicPartition("t", 0);
  private static final TopicPartition KEPT = new TopicPartition("t", 1);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("t", 2, (short) 1))).all().get();
      admin
          .alterConsumerGroupOffsets(
              GROUP, Map.of(GONE, new OffsetAndMetadata(5), KEPT, new OffsetAndMetadata(6)))
          .all()
          .get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void deletesOffsetsForGood() throws Exception {
    try (Admin admin = server.admin()) {
      admin.deleteConsumerGroupOffsets(GROUP, Set.of(GONE)).all().get();
      assertThat(committed(admin)).containsOnlyKeys(KEPT);
    }
    server.close();
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      assertThat(committed(admin)).containsOnlyKeys(KEPT);
    }
  }

  @Test
  void saysWhatThereIsNot() throws Exception {
    TopicPartition noTopic = new TopicPartition("absent", 0);
    TopicPartition noPartition = new TopicPartition("t", 2);
    try (Admin admin = server.admin()) {
      DeleteConsumerGroupOffsetsResult result =
          admin.deleteConsumerGroupOffsets(GROUP, Set.of(noTopic, noPartition, GONE));

      result.partitionResult(GONE).get();
      assertThatThrownBy(() -> result.partitionResult(noTopic).get())
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
      assertThatThrownBy(() -> result.partitionResult(noPartition).get())
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
      assertThatThrownBy(() -> admin.deleteConsumerGroupOffsets("nobody", Set.of(GONE)).all().get())
          .hasCauseInstanceOf(GroupIdNotFoundException.class);
      assertThatThrownBy(() -> admin.deleteConsumerGroupOffsets("", Set.of(GONE)).all().get())
          .hasCauseInstanceOf(InvalidGroupIdException.class);
      assertThat(committed(admin)).containsOnlyKeys(KEPT);
    }
  }

  @Test
  void keepsWhatAConsumerIsReading() throws Exception {
    TopicPartition other = new TopicPartition("other", 0);
    try (Admin admin = server.admin();
        KafkaConsumer<String, String> consumer = server.consumer("group.id", "live")) {
      admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all().get();
      admin.alterConsumerGroupOffsets("live", Map.of(other, new OffsetAndMetadata(1))).all().get();
      consumer.subscribe(List.of("t"));
      Awaitility.await()
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100));
                return !consumer.assignment().isEmpty();
              });

      DeleteConsumerGroupOffsetsResult result =
          admin.deleteConsumerGroupOffsets("live", Set.of(GONE, other));

      assertThatThrownBy(() -> result.partitionResult(GONE).get())
          .hasCauseInstanceOf(GroupSubscribedToTopicException.class);
      result.partitionResult(other).get();
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin) throws Exception {
    return admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
  }
}

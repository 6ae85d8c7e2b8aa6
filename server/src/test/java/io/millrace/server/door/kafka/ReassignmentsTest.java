package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterPartitionReassignmentsResult;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ElectLeadersResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The one broker leads every partition, and there is nowhere else for one to go. */
@Timeout(60)
final class ReassignmentsTest {
  private static final TopicPartition HERE = new TopicPartition("t", 0);
  private static final TopicPartition SECOND = new TopicPartition("t", 1);
  private static final TopicPartition NO_PARTITION = new TopicPartition("t", 2);
  private static final TopicPartition NO_TOPIC = new TopicPartition("absent", 0);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("t", 2, (short) 1))).all().get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(ElectionType.class)
  void needsNoElection(ElectionType type) throws Exception {
    try (Admin admin = server.admin()) {
      Map<TopicPartition, Optional<Throwable>> outcome =
          admin.electLeaders(type, Set.of(HERE, NO_PARTITION, NO_TOPIC)).partitions().get();

      assertThat(outcome.get(HERE)).get().isInstanceOf(ElectionNotNeededException.class);
      assertThat(outcome.get(NO_PARTITION))
          .get()
          .isInstanceOf(UnknownTopicOrPartitionException.class);
      assertThat(outcome.get(NO_TOPIC)).get().isInstanceOf(UnknownTopicOrPartitionException.class);
      assertThat(admin.electLeaders(type, null).partitions().get()).isEmpty();
    }
  }

  @Test
  void knowsNoOtherElections() throws Exception {
    ElectLeadersRequestData request =
        new ElectLeadersRequestData().setElectionType((byte) 9).setTopicPartitions(null);
    try (RawClient client = new RawClient(server.port())) {
      ElectLeadersResponse answer =
          (ElectLeadersResponse) client.ask(ApiKeys.ELECT_LEADERS, (short) 2, request);

      assertThat(answer.data().errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
    }
  }

  @Test
  void movesPartitionsOnlyToWhereTheyAre() throws Exception {
    try (Admin admin = server.admin()) {
      AlterPartitionReassignmentsResult result =
          admin.alterPartitionReassignments(
              Map.of(
                  HERE, onto(1),
                  SECOND, onto(1, 2),
                  NO_PARTITION, onto(1),
                  NO_TOPIC, Optional.empty()));

      outcome(result, HERE).get();
      assertThatThrownBy(() -> outcome(result, SECOND).get())
          .hasCauseInstanceOf(InvalidReplicaAssignmentException.class)
          .hasMessageContaining("one broker");
      assertThatThrownBy(() -> outcome(result, NO_PARTITION).get())
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
      assertThatThrownBy(() -> outcome(result, NO_TOPIC).get())
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
      assertThatThrownBy(() -> admin.alterPartitionReassignments(Map.of(HERE, onto(2))).all().get())
          .hasCauseInstanceOf(InvalidReplicaAssignmentException.class);
    }
  }

  @Test
  void hasNothingUnderWayThatCouldBeCancelled() throws Exception {
    try (Admin admin = server.admin()) {
      assertThatThrownBy(
              () -> admin.alterPartitionReassignments(Map.of(HERE, Optional.empty())).all().get())
          .hasCauseInstanceOf(NoReassignmentInProgressException.class);
      assertThat(admin.listPartitionReassignments().reassignments().get()).isEmpty();
      assertThat(admin.listPartitionReassignments(Set.of(HERE, NO_TOPIC)).reassignments().get())
          .isEmpty();
    }
  }

  private static KafkaFuture<Void> outcome(
      AlterPartitionReassignmentsResult result, TopicPartition partition) {
    return Objects.requireNonNull(result.values().get(partition));
  }

  private static Optional<NewPartitionReassignment> onto(Integer... brokers) {
    return Optional.of(new NewPartitionReassignment(List.of(brokers)));
  }
}

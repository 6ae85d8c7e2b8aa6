package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeProducersResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The idempotent producers of a partition are shown, also after a restart. */
@Timeout(60)
final class DescribeProducersTest {
  private static final TopicPartition USED = new TopicPartition("t", 0);
  private static final TopicPartition UNUSED = new TopicPartition("t", 1);

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

  @Test
  void showsWhoHasProducedAndHowFar() throws Exception {
    long before = System.currentTimeMillis();
    ProducerState state;
    try (Admin admin = server.admin();
        KafkaProducer<String, String> producer = server.producer();
        KafkaProducer<String, String> plain = server.producer("enable.idempotence", "false")) {
      admin.createTopics(List.of(new NewTopic("t", 2, (short) 1))).all().get();
      for (int i = 0; i < 3; i++) {
        producer.send(new ProducerRecord<>("t", 0, null, "v")).get();
        plain.send(new ProducerRecord<>("t", 0, null, "v")).get();
      }

      DescribeProducersResult result = admin.describeProducers(List.of(USED, UNUSED));

      List<ProducerState> active = result.partitionResult(USED).get().activeProducers();
      assertThat(active).hasSize(1);
      state = active.get(0);
      assertThat(state.producerId()).isNotNegative();
      assertThat(state.producerEpoch()).isZero();
      assertThat(state.lastSequence()).isEqualTo(2);
      assertThat(state.lastTimestamp()).isBetween(before, System.currentTimeMillis());
      assertThat(state.coordinatorEpoch().orElse(-1)).isEqualTo(-1);
      assertThat(state.currentTransactionStartOffset()).isEmpty();
      assertThat(result.partitionResult(UNUSED).get().activeProducers()).isEmpty();
    }
    server.close();
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      List<ProducerState> active =
          admin.describeProducers(List.of(USED)).partitionResult(USED).get().activeProducers();
      assertThat(active).hasSize(1);
      assertThat(active.get(0).producerId()).isEqualTo(state.producerId());
      assertThat(active.get(0).lastSequence()).isEqualTo(2);
    }
  }

  @Test
  void saysWhatThereIsNot() throws Exception {
    DescribeProducersRequestData request = new DescribeProducersRequestData();
    request.topics().add(new TopicRequest().setName("absent").setPartitionIndexes(List.of(0, -1)));
    assertThat(ask(request))
        .hasSize(2)
        .allSatisfy(
            partition ->
                assertThat(partition.errorCode())
                    .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code()));
  }

  @Test
  void boundsWhatOneAnswerHolds() throws Exception {
    try (KafkaProducer<String, String> producer = server.producer()) {
      producer.send(new ProducerRecord<>("t", 0, null, "v")).get();
    }
    int most = 200_000;
    DescribeProducersRequestData request = new DescribeProducersRequestData();
    request
        .topics()
        .add(new TopicRequest().setName("t").setPartitionIndexes(Collections.nCopies(most + 1, 0)));

    List<PartitionResponse> answer = ask(request);

    assertThat(answer).hasSize(most + 1);
    assertThat(answer.stream().filter(each -> each.errorCode() == Errors.NONE.code()))
        .hasSize(most);
    assertThat(answer.get(most).errorCode()).isEqualTo(Errors.POLICY_VIOLATION.code());
    assertThat(answer.get(most).errorMessage()).contains("200000 producers at most");
  }

  private List<PartitionResponse> ask(DescribeProducersRequestData request) throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      return ((DescribeProducersResponse)
              client.ask(ApiKeys.DESCRIBE_PRODUCERS, (short) 0, request))
          .data()
          .topics()
          .get(0)
          .partitions();
    }
  }
}

package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.shard.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever requires stable offsets (KIP-447) is told of those that a transaction may change. */
@Timeout(60)
final class StableOffsetsTest {
  private static final String GROUP = "g";
  private static final long PRODUCER_ID = 100;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
      admin
          .alterConsumerGroupOffsets(
              GROUP, Map.of(new TopicPartition("t", 0), new OffsetAndMetadata(5)))
          .all()
          .get();
    }
    this.<TxnOffsetCommitResponseData>ask(
        reply -> server.broker().groups().commitTransactional(pending(), reply));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  /** The first version that can, the first that asks for several groups, and the newest by name. */
  @ParameterizedTest
  @ValueSource(shorts = {7, 8, 9})
  void areWaitedForByWhoeverRequiresThem(short version) throws Exception {
    OffsetFetchResponsePartitions unstable = fetch(version, true);
    assertThat(Errors.forCode(unstable.errorCode())).isEqualTo(Errors.UNSTABLE_OFFSET_COMMIT);
    assertThat(unstable.committedOffset()).isEqualTo(-1);
    assertThat(fetch(version, false).committedOffset()).isEqualTo(5);

    this.<Void>ask(
        reply ->
            server.broker().groups().endTransaction(GROUP, PRODUCER_ID, (short) 0, true, reply));

    assertThat(fetch(version, true).committedOffset()).isEqualTo(7);
  }

  private static TxnOffsetCommitRequestData pending() {
    return new TxnOffsetCommitRequestData()
        .setTransactionalId("tx")
        .setGroupId(GROUP)
        .setProducerId(PRODUCER_ID)
        .setTopics(
            List.of(
                new TxnOffsetCommitRequestTopic()
                    .setName("t")
                    .setPartitions(
                        List.of(new TxnOffsetCommitRequestPartition().setCommittedOffset(7)))));
  }

  private OffsetFetchResponsePartitions fetch(short version, boolean requireStable)
      throws Exception {
    OffsetFetchRequestTopics topic =
        new OffsetFetchRequestTopics().setName("t").setPartitionIndexes(List.of(0));
    OffsetFetchRequestData data =
        new OffsetFetchRequestData()
            .setRequireStable(requireStable)
            .setGroups(
                List.of(new OffsetFetchRequestGroup().setGroupId(GROUP).setTopics(List.of(topic))));
    try (RawClient client = new RawClient(server.port())) {
      client.send(OffsetFetchRequest.Builder.forTopicNames(data, true).build(version), 1);
      return OffsetFetchResponse.parse(client.receive(1, (short) 1), version)
          .group(GROUP)
          .topics()
          .get(0)
          .partitions()
          .get(0);
    }
  }

  private <R> void ask(Consumer<Reply<R>> request) throws Exception {
    CompletableFuture<R> answer = new CompletableFuture<>();
    request.accept(
        new Reply<>() {
          @Override
          public void ok(R response) {
            answer.complete(response);
          }

          @Override
          public void fail(RuntimeException error) {
            answer.completeExceptionally(error);
          }
        });
    answer.get(20, TimeUnit.SECONDS);
  }
}

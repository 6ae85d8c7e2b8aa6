package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommittedOffsetsTest {
  private static final int NO_GENERATION = -1;

  private static final long RETENTION_MS = 60_000;

  private final SteppedServer server =
      new SteppedServer(
          4,
          ServerCoreConfig.DEFAULT.withGroup(
              GroupConfig.DEFAULT.withOffsetsRetention(RETENTION_MS, 5000)));
  private final Topic topic = server.createTopic(TopicSpec.topic("t", 3));

  private static OffsetCommitRequestData request(
      String group, String memberId, int generation, int partition, long offset) {
    return OffsetCommits.request(group, memberId, generation, "t", partition, offset);
  }

  private Errors commit(OffsetCommitRequestData request) {
    return commit(request, OffsetCommits.VERSION);
  }

  private Errors commit(OffsetCommitRequestData request, int version) {
    OffsetCommitResponseData answer =
        server.ask(r -> server.broker().groups().commit(request, version, r));
    return Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode());
  }

  private Errors commit(GroupClient client, int partition, long offset) {
    return commit(request("g", client.memberId, client.generation, partition, offset));
  }

  private Errors commit(int partition, long offset) {
    return commit(request("g", "", NO_GENERATION, partition, offset));
  }

  private long committed(int partition) {
    return OffsetCommits.committed(server, "g", "t", partition);
  }

  @Test
  void offsetsOfAMemberSurviveACrash() {
    GroupClient client = new GroupClient(server, "g");
    GroupClient.stabilize(server, client);

    assertThat(commit(client, 0, 17)).isEqualTo(Errors.NONE);
    assertThat(commit(client, 1, 18)).isEqualTo(Errors.NONE);
    server.crash();

    assertThat(committed(0)).isEqualTo(17);
    assertThat(committed(1)).isEqualTo(18);
    assertThat(committed(2)).isEqualTo(-1);
    assertThat(commit(client, 0, 19)).isEqualTo(Errors.NONE);
  }

  @Test
  void aGroupWithoutMembersKeepsOffsetsForWhoeverAsks() {
    assertThat(commit(2, 5)).isEqualTo(Errors.NONE);

    assertThat(committed(2)).isEqualTo(5);
    OffsetFetchResponseGroup all =
        server.ask(
            r ->
                server
                    .broker()
                    .groups()
                    .fetch(
                        new OffsetFetchRequestGroup().setGroupId("g").setTopics(null), false, r));
    assertThat(all.topics()).hasSize(1);
    assertThat(all.topics().get(0).name()).isEqualTo("t");
    assertThat(all.topics().get(0).partitions().get(0).metadata()).isEqualTo("text");
  }

  @Test
  void onlyMembersOfTheGenerationMayCommit() {
    GroupClient client = new GroupClient(server, "g");
    GroupClient.stabilize(server, client);

    assertThat(commit(0, 1)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(commit(request("g", "nobody", 1, 0, 1))).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(commit(request("g", client.memberId, 7, 0, 1))).isEqualTo(Errors.ILLEGAL_GENERATION);
    assertThat(commit(request("other", "m", 1, 0, 1), 8)).isEqualTo(Errors.ILLEGAL_GENERATION);
    assertThat(commit(request("other", "m", 1, 0, 1), 9)).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    assertThat(committed(0)).isEqualTo(-1);
  }

  @Test
  void aMemberMayCommitWhileTheNextGenerationIsPreparedButNotWhileItIsAssigned() {
    GroupClient first = new GroupClient(server, "g");
    GroupClient.stabilize(server, first);
    GroupClient second = new GroupClient(server, "g").beginJoin();
    assertThat(commit(first, 0, 3)).isEqualTo(Errors.NONE);

    first.beginJoin();
    first.joined();
    second.joined();

    assertThat(commit(first, 0, 4)).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    assertThat(committed(0)).isEqualTo(3);
  }

  @Test
  void unknownPartitionsAndLongTextsAreRefusedOneByOne() {
    OffsetCommitRequestData request = request("g", "", NO_GENERATION, 9, 1);
    assertThat(commit(request)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);

    request = request("g", "", NO_GENERATION, 0, 1);
    request.topics().get(0).partitions().get(0).setCommittedMetadata("x".repeat(5000));
    assertThat(commit(request)).isEqualTo(Errors.OFFSET_METADATA_TOO_LARGE);

    request = request("g", "", NO_GENERATION, 0, 1);
    request.topics().get(0).setName("").setTopicId(new Uuid(1, 2));
    assertThat(commit(request)).isEqualTo(Errors.UNKNOWN_TOPIC_ID);

    request = request("g", "", NO_GENERATION, 0, 1);
    request
        .topics()
        .get(0)
        .setName("")
        .setTopicId(
            new Uuid(topic.id().getMostSignificantBits(), topic.id().getLeastSignificantBits()));
    assertThat(commit(request)).isEqualTo(Errors.NONE);
    assertThat(committed(0)).isEqualTo(1);
  }

  @Test
  void aDeletedTopicTakesItsOffsetsAlong() {
    commit(0, 5);

    server.<Topic>ask(r -> server.broker().deleteTopic(topic.id(), r));
    server.settle();
    server.createTopic(TopicSpec.topic("t", 3));

    assertThat(committed(0)).isEqualTo(-1);
  }

  @Test
  void offsetsAreDeletedUnlessTheGroupReadsTheTopic() {
    commit(0, 5);
    OffsetDeleteResponseData answer = deleteOffsets();

    assertThat(answer.errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(committed(0)).isEqualTo(-1);
    server.crash();
    assertThat(committed(0)).isEqualTo(-1);
  }

  /** An array of two thousand million topics, or of bytes that are none. */
  @ParameterizedTest
  @ValueSource(strings = {"\0\0\u007f\u007f\u007f\u007f", "m"})
  void offsetsAreKeptWhenAMemberDoesNotSayReadablyWhatItReads(String metadata) {
    GroupClient client = new GroupClient(server, "g");
    client.metadata = metadata;
    GroupClient.stabilize(server, client);
    assertThat(commit(client, 0, 5)).isEqualTo(Errors.NONE);

    OffsetDeleteResponseData answer = deleteOffsets();

    assertThat(answer.topics().find("t").partitions().find(0).errorCode())
        .isEqualTo(Errors.GROUP_SUBSCRIBED_TO_TOPIC.code());
    assertThat(committed(0)).isEqualTo(5);
  }

  @Test
  void offsetsOfALiveGroupThatIsNotOfConsumersAreKept() {
    GroupClient client = new GroupClient(server, "g");
    client.protocolType = "connect";
    GroupClient.stabilize(server, client);
    assertThat(commit(client, 0, 5)).isEqualTo(Errors.NONE);

    assertThat(deleteOffsets().errorCode()).isEqualTo(Errors.NON_EMPTY_GROUP.code());
    assertThat(committed(0)).isEqualTo(5);
  }

  /** Of partition 0. */
  private OffsetDeleteResponseData deleteOffsets() {
    OffsetDeleteRequestData request =
        new OffsetDeleteRequestData()
            .setGroupId("g")
            .setTopics(
                new OffsetDeleteRequestTopicCollection(
                    List.of(
                            new OffsetDeleteRequestTopic()
                                .setName("t")
                                .setPartitions(
                                    List.of(
                                        new OffsetDeleteRequestPartition().setPartitionIndex(0))))
                        .iterator()));

    return server.ask(r -> server.broker().groups().deleteOffsets(request, r));
  }

  @Test
  void offsetsOfAnUnusedGroupExpireAfterAWhileAndTheGroupWithThem() {
    commit(0, 5);
    server.pass(RETENTION_MS - 10_000);
    assertThat(committed(0)).isEqualTo(5);

    server.pass(20_000);

    assertThat(committed(0)).isEqualTo(-1);
    assertThat(
            server
                .<org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup>ask(
                    r -> server.broker().groups().describe("g", r))
                .errorCode())
        .isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
  void acknowledgedCommitsSurviveACrashAtAnyStep(long seed) {
    Random random = new Random(seed);
    long[] acknowledged = {-1, -1, -1};
    long[] sent = {-1, -1, -1};
    for (int round = 1; round < 40; round++) {
      int partition = random.nextInt(3);
      long offset = round;
      sent[partition] = offset;
      Answer<OffsetCommitResponseData> answer =
          server.begin(
              r ->
                  server
                      .broker()
                      .groups()
                      .commit(
                          request("g", "", NO_GENERATION, partition, offset),
                          OffsetCommits.VERSION,
                          r));
      int steps = random.nextInt(80);
      for (int i = 0; i < steps; i++) {
        server.step();
      }
      if (answer.isOk()) {
        acknowledged[partition] = offset;
      }
      if (random.nextInt(3) == 0) {
        server.crash();
      }
      assertThat(committed(partition))
          .as("seed %d round %d", seed, round)
          .isBetween(acknowledged[partition], sent[partition]);
    }
  }
}

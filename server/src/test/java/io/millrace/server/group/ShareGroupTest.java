package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStats;
import io.millrace.server.cursor.ShareCursorId;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestPartition;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData.DeleteShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponsePartition;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Share groups, with clients that say what they please. */
class ShareGroupTest {
  private static final int SESSION_MS = 45_000;

  private SteppedServer server = new SteppedServer(21);
  private Topic topic = server.createTopic(TopicSpec.topic("t", 4));

  private ShareClient client() {
    return new ShareClient(server, "s").subscribe("t");
  }

  private ShareClient joined() {
    ShareClient client = client();
    assertThat(client.join()).isEqualTo(Errors.NONE);
    return client;
  }

  private DescribedGroup described() {
    return server.ask(reply -> server.broker().groups().describeShare("s", reply));
  }

  private Optional<CursorStats> cursor(int partition) {
    CursorKey key = new CursorKey(topic.id(), partition, ShareCursorId.of("s"));
    return server.ask(reply -> server.broker().cursors().stats(key, reply));
  }

  private List<DescribeShareGroupOffsetsResponsePartition> offsets(
      @Nullable List<DescribeShareGroupOffsetsRequestTopic> topics) {
    DescribeShareGroupOffsetsResponseGroup found =
        server.ask(
            reply ->
                server
                    .broker()
                    .groups()
                    .describeShareOffsets(
                        new DescribeShareGroupOffsetsRequestGroup()
                            .setGroupId("s")
                            .setTopics(topics),
                        reply));
    assertThat(found.errorCode()).isZero();
    return found.topics().stream().flatMap(each -> each.partitions().stream()).toList();
  }

  private AlterShareGroupOffsetsResponseData alter(String name, int partition, long offset) {
    AlterShareGroupOffsetsRequestData data =
        new AlterShareGroupOffsetsRequestData().setGroupId("s");
    data.topics()
        .add(
            new AlterShareGroupOffsetsRequestTopic()
                .setTopicName(name)
                .setPartitions(
                    List.of(
                        new AlterShareGroupOffsetsRequestPartition()
                            .setPartitionIndex(partition)
                            .setStartOffset(offset))));
    return server.ask(reply -> server.broker().groups().alterShareOffsets(data, reply));
  }

  private static Errors only(AlterShareGroupOffsetsResponseData answer) {
    assertThat(answer.errorCode()).isZero();
    return Errors.forCode(answer.responses().iterator().next().partitions().get(0).errorCode());
  }

  private Errors delete() {
    return server.ask(reply -> server.broker().groups().delete("s", reply));
  }

  // ---- joining and sharing

  @Test
  void theFirstMemberGetsEverythingAndTheCursorsAreThereBeforeItHearsOfIt() {
    server.produce(topic.partition(0), "a", "b");

    ShareClient client = joined();

    assertThat(client.assigned).hasSize(4);
    assertThat(client.intervalMs).isEqualTo(5_000);
    assertThat(cursor(0).orElseThrow().floor()).as("the newest").isEqualTo(2);
    server.produce(topic.partition(0), "c");
    server.crash();
    assertThat(cursor(0).orElseThrow().floor()).isEqualTo(2);
  }

  @Test
  void membersShareAndThenHaveOneEach() {
    List<ShareClient> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(joined());
    }
    clients.forEach(ShareClient::heartbeat);
    assertThat(clients).allSatisfy(each -> assertThat(each.assigned).hasSize(1));
    Map<String, Set<LogId>> before = new LinkedHashMap<>();
    clients.forEach(each -> before.put(each.memberId, Set.copyOf(each.assigned)));

    for (int i = 0; i < 4; i++) {
      clients.add(joined());
    }
    clients.forEach(ShareClient::heartbeat);

    assertThat(clients).allSatisfy(each -> assertThat(each.assigned).hasSize(1));
    clients
        .subList(0, 4)
        .forEach(each -> assertThat(each.assigned).isEqualTo(before.get(each.memberId)));
    Set<LogId> later = new HashSet<>();
    clients.subList(4, 8).forEach(each -> later.addAll(each.assigned));
    assertThat(later).as("two on each").hasSize(4);
    assertThat(described().groupState()).isEqualTo("Stable");
    assertThat(described().assignorName()).isEqualTo("simple");
  }

  @Test
  void whatALeaverHadGoesToTheOthers() {
    ShareClient first = joined();
    ShareClient second = joined();

    assertThat(first.leave()).isEqualTo(Errors.NONE);
    server.settle();
    second.heartbeat();

    assertThat(second.assigned).hasSize(4);
    assertThat(first.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(second.leave()).isEqualTo(Errors.NONE);
    assertThat(described().groupState()).isEqualTo("Empty");
  }

  @Test
  void whoIsSilentIsRemoved() {
    ShareClient silent = joined();
    ShareClient lively = joined();
    for (int i = 0; i < 10; i++) {
      server.pass(SESSION_MS / 9);
      assertThat(lively.heartbeat()).isEqualTo(Errors.NONE);
    }

    assertThat(lively.assigned).hasSize(4);
    assertThat(silent.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(server.broker().groups().stats().expiredMembers()).isEqualTo(1);
  }

  @Test
  void anAnswerThatWasLostIsGivenAgain() {
    ShareClient client = joined();
    joined();
    int before = client.epoch;
    ShareGroupHeartbeatResponseData lost = client.send(client.request());
    assertThat(lost.memberEpoch()).isGreaterThan(before);

    ShareGroupHeartbeatResponseData again = client.send(client.request());

    assertThat(again.memberEpoch()).isEqualTo(lost.memberEpoch());
    assertThat(ShareClient.assigned(again)).isEqualTo(ShareClient.assigned(lost)).hasSize(2);
  }

  @Test
  void morePartitionsAndNewTopicsAreSharedOutWithTheirCursors() {
    ShareClient client = new ShareClient(server, "s").subscribe("t", "later");
    client.join();
    server.<Topic>ask(reply -> server.broker().createPartitions(topic.id(), 6, reply));
    Topic later = server.createTopic(TopicSpec.topic("later", 2));
    server.settle();

    client.heartbeat();

    assertThat(client.assigned).hasSize(8).contains(later.partition(1), topic.partition(5));
    assertThat(cursor(5)).isPresent();
    server.<Topic>ask(reply -> server.broker().deleteTopic(later.id(), reply));
    server.settle();
    client.heartbeat();
    assertThat(client.assigned).hasSize(6);
    assertThat(offsets(null)).hasSize(6);
  }

  @Test
  void aMemberChangesWhatItReads() {
    server.createTopic(TopicSpec.topic("other", 1));
    ShareClient client = joined();

    client.take(client.send(client.request().setSubscribedTopicNames(List.of("other"))));

    assertThat(client.assigned).hasSize(1);
    assertThat(described().members().get(0).subscribedTopicNames()).containsExactly("other");
  }

  // ---- what is refused

  @Test
  void malformedHeartbeatsAreRefused() {
    ShareClient client = client();
    assertThat(
            List.of(
                client.send(client.request().setMemberId("")),
                client.send(client.request().setGroupId("")),
                client.send(client.request().setGroupId("g".repeat(1001))),
                client.send(client.request().setMemberEpoch(-2)),
                client.send(client.request().setRackId("")),
                client.send(client.request().setSubscribedTopicNames(null)),
                client.send(client.request().setSubscribedTopicNames(List.of()))))
        .allSatisfy(
            answer -> assertThat(answer.errorCode()).isEqualTo(Errors.INVALID_REQUEST.code()));
    assertThat(client.send(client.request().setMemberEpoch(3)).errorCode())
        .isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    assertThat(described().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
  }

  @Test
  void anotherEpochIsFenced() {
    ShareClient client = joined();
    client.epoch = 9;

    assertThat(client.heartbeat()).isEqualTo(Errors.FENCED_MEMBER_EPOCH);
    client.memberId = "nobody";
    assertThat(client.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(client.leave()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aFullGroupTakesNobody() {
    server =
        new SteppedServer(
            22,
            ServerCoreConfig.DEFAULT.withGroup(
                GroupConfig.DEFAULT.withShare(ShareGroupConfig.DEFAULT.withMaxSize(2))));
    topic = server.createTopic(TopicSpec.topic("t", 4));
    ShareClient first = joined();
    joined();

    assertThat(client().join()).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
    assertThat(first.join()).as("who is in it may begin anew").isEqualTo(Errors.NONE);
  }

  @Test
  void groupsOfOtherTypesKeepTheirsAndAreToldApart() {
    joined();
    ConsumerClient consumer = new ConsumerClient(server, "s").subscribe("t");
    assertThat(consumer.join()).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    GroupClient classic = new GroupClient(server, "s");
    classic.beginJoin();
    assertThat(classic.joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
    assertThat(classic.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    OffsetCommitResponseData commit =
        server.ask(
            reply ->
                server
                    .broker()
                    .groups()
                    .commit(OffsetCommits.request("s", "t", 0, 1), OffsetCommits.VERSION, reply));
    assertThat(commit.topics().get(0).partitions().get(0).errorCode())
        .isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    DescribeGroupsResponseData.DescribedGroup asClassic =
        server.ask(reply -> server.broker().groups().describe("s", reply));
    assertThat(asClassic.errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());

    new ConsumerClient(server, "c").subscribe("t").join();
    assertThat(new ShareClient(server, "c").subscribe("t").join())
        .isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    List<ListedGroup> listed = server.ask(reply -> server.broker().groups().list(reply));
    assertThat(listed)
        .extracting(group -> group.groupId() + " " + group.groupType() + " " + group.groupState())
        .containsExactlyInAnyOrder("s share Stable", "c consumer Stable");
  }

  // ---- administration

  @Test
  void offsetsAreShownMovedAndForgotten() {
    server.produce(topic.partition(0), "a", "b", "c");
    ShareClient client = joined();
    assertThat(offsets(null)).hasSize(4);
    assertThat(alter("t", 0, 1).errorCode()).isEqualTo(Errors.NON_EMPTY_GROUP.code());
    client.leave();

    assertThat(only(alter("t", 0, 1))).isEqualTo(Errors.NONE);
    assertThat(only(alter("t", 0, 4))).isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
    assertThat(only(alter("t", 0, -1))).isEqualTo(Errors.INVALID_REQUEST);
    assertThat(only(alter("t", 9, 1))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(only(alter("absent", 0, 1))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    server.crash();

    List<DescribeShareGroupOffsetsResponsePartition> found =
        offsets(
            List.of(
                new DescribeShareGroupOffsetsRequestTopic()
                    .setTopicName("t")
                    .setPartitions(List.of(0, 1, 9))));
    assertThat(found)
        .extracting(each -> each.startOffset() + " " + each.lag() + " " + each.errorCode())
        .containsExactly("1 2 0", "0 0 0", "-1 -1 3");
    DeleteShareGroupOffsetsResponseData deleted =
        server.ask(
            reply ->
                server
                    .broker()
                    .groups()
                    .deleteShareOffsets(
                        new DeleteShareGroupOffsetsRequestData()
                            .setGroupId("s")
                            .setTopics(
                                List.of(
                                    new DeleteShareGroupOffsetsRequestTopic().setTopicName("t"),
                                    new DeleteShareGroupOffsetsRequestTopic()
                                        .setTopicName("absent"))),
                        reply));
    assertThat(deleted.responses())
        .extracting(each -> each.errorCode())
        .containsExactly(Errors.NONE.code(), Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    assertThat(offsets(null)).isEmpty();
    assertThat(cursor(0)).isEmpty();
  }

  @Test
  void aGroupWithoutMembersIsDeletedWithItsCursors() {
    ShareClient client = joined();
    assertThat(delete()).isEqualTo(Errors.NON_EMPTY_GROUP);
    client.leave();

    assertThat(delete()).isEqualTo(Errors.NONE);

    assertThat(cursor(0)).isEmpty();
    assertThat(delete()).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    server.crash();
    assertThat(described().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    assertThat(cursor(0)).isEmpty();
  }

  // ---- restarts

  @Test
  void membersEpochsAndAssignmentsOutliveARestart() {
    ShareClient first = joined();
    ShareClient second = joined();
    first.heartbeat();
    DescribedGroup before = described();

    server.crash();

    assertThat(described()).isEqualTo(before);
    assertThat(first.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(second.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(described()).isEqualTo(before);
    server.pass(SESSION_MS + 1);
    assertThat(described().members()).as("sessions run anew").isEmpty();
  }

  /** Members come and go, the server crashes at any step; in the end all is as it must be. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyPartitionHasMembersWhateverHappens(long seed) {
    Random random = new Random(seed);
    server =
        new SteppedServer(
            seed, ServerCoreConfig.DEFAULT.withShard(new ShardConfig(16, 8, 4096, 3, 50)));
    topic = server.createTopic(TopicSpec.topic("t", 5));
    Map<String, ShareClient> alive = new LinkedHashMap<>();
    for (int step = 0; step < 120; step++) {
      int dice = random.nextInt(20);
      List<ShareClient> some = new ArrayList<>(alive.values());
      if (alive.isEmpty() || (dice < 4 && alive.size() < 9)) {
        ShareClient client = joined();
        alive.put(client.memberId, client);
      } else if (dice == 4) {
        ShareClient leaver = some.get(random.nextInt(some.size()));
        assertThat(leaver.leave()).isEqualTo(Errors.NONE);
        alive.remove(leaver.memberId);
      } else if (dice == 5) {
        server.crash();
      } else {
        ShareClient client = some.get(random.nextInt(some.size()));
        assertThat(client.heartbeat()).as("seed %d step %d", seed, step).isEqualTo(Errors.NONE);
      }
    }
    server.settle();
    Set<LogId> all = new HashSet<>();
    for (ShareClient client : alive.values()) {
      assertThat(client.heartbeat()).isEqualTo(Errors.NONE);
      all.addAll(client.assigned);
      assertThat(client.assigned).isNotEmpty();
    }
    assertThat(all).hasSize(5);
    for (int i = 0; i < 5; i++) {
      assertThat(cursor(i)).isPresent();
    }
  }

  @Test
  void heartbeatsThatChangeNothingWriteNothing() {
    ShareClient client = joined();
    server.settle();
    long before = server.files().syncCount();

    for (int i = 0; i < 20; i++) {
      assertThat(client.heartbeat()).isEqualTo(Errors.NONE);
    }

    assertThat(server.files().syncCount()).isEqualTo(before);
  }
}

package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Offsets that are committed in transactions: pending until the transaction ends. */
class TransactionalOffsetsTest {
  private static final long RETENTION_MS = 60_000;
  private static final long CHECK_MS = 5_000;
  private static final boolean COMMIT = true;
  private static final boolean ABORT = false;

  private final SteppedServer server = new SteppedServer(4, config(ShardConfig.DEFAULT));
  private final Topic topic = server.createTopic(TopicSpec.topic("t", 3));
  private final OffsetTransaction transaction = new OffsetTransaction(server, "g", 100);
  private final OffsetTransaction other = new OffsetTransaction(server, "g", 101);

  private static ServerCoreConfig config(ShardConfig shard) {
    return ServerCoreConfig.DEFAULT
        .withGroup(GroupConfig.DEFAULT.withOffsetsRetention(RETENTION_MS, CHECK_MS))
        .withShard(shard);
  }

  private void commitOrdinarily(int partition, long offset) {
    OffsetCommitRequestData request = OffsetCommits.request("g", "t", partition, offset);
    OffsetCommitResponseData answer =
        server.ask(r -> server.broker().groups().commit(request, OffsetCommits.VERSION, r));
    assertThat(Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode()))
        .isEqualTo(Errors.NONE);
  }

  private long committed(int partition) {
    return OffsetCommits.committed(server, "g", "t", partition);
  }

  private OffsetFetchResponseGroup fetch(
      @Nullable List<OffsetFetchRequestTopics> topics, boolean requireStable) {
    OffsetFetchRequestGroup asked = new OffsetFetchRequestGroup().setGroupId("g").setTopics(topics);
    return server.ask(r -> server.broker().groups().fetch(asked, requireStable, r));
  }

  private OffsetFetchResponsePartitions fetchStable(int partition) {
    return fetch(
            List.of(
                new OffsetFetchRequestTopics()
                    .setName("t")
                    .setPartitionIndexes(List.of(partition))),
            true)
        .topics()
        .get(0)
        .partitions()
        .get(0);
  }

  private boolean isUnstable(int partition) {
    return fetchStable(partition).errorCode() == Errors.UNSTABLE_OFFSET_COMMIT.code();
  }

  private DescribedGroup describe() {
    return server.ask(r -> server.broker().groups().describe("g", r));
  }

  private boolean exists() {
    return describe().errorCode() != Errors.GROUP_ID_NOT_FOUND.code();
  }

  // ---- the end of a transaction

  @Test
  void offsetsCountWhenTheTransactionCommits() {
    assertThat(transaction.commit(0, 7)).isEqualTo(Errors.NONE);
    assertThat(committed(0)).isEqualTo(-1);

    assertThat(transaction.end(COMMIT)).isTrue();

    assertThat(committed(0)).isEqualTo(7);
    OffsetFetchResponsePartitions found = fetchStable(0);
    assertThat(found.metadata()).isEqualTo("text");
    assertThat(found.committedLeaderEpoch()).isEqualTo(3);
    server.crash();
    assertThat(committed(0)).isEqualTo(7);
  }

  @Test
  void offsetsOfAnAbortedTransactionAreDropped() {
    commitOrdinarily(0, 5);
    transaction.commit(0, 7);

    assertThat(transaction.end(ABORT)).isTrue();

    assertThat(committed(0)).isEqualTo(5);
    assertThat(isUnstable(0)).isFalse();
    server.crash();
    assertThat(committed(0)).isEqualTo(5);
    assertThat(isUnstable(0)).isFalse();
  }

  @Test
  void pendingOffsetsSurviveACrash() {
    transaction.commit(0, 7);

    server.crash();

    assertThat(committed(0)).isEqualTo(-1);
    assertThat(isUnstable(0)).isTrue();
    transaction.end(COMMIT);
    assertThat(committed(0)).isEqualTo(7);
  }

  @Test
  void theNewestOffsetOfATransactionCounts() {
    transaction.commit(0, 7);
    transaction.commit(1, 8);
    transaction.commit(0, 5);

    transaction.end(COMMIT);

    assertThat(committed(0)).isEqualTo(5);
    assertThat(committed(1)).isEqualTo(8);
  }

  @Test
  void aTransactionEndsItsOwnOffsetsOnly() {
    transaction.commit(0, 7);
    other.commit(1, 8);

    transaction.end(COMMIT);

    assertThat(committed(0)).isEqualTo(7);
    assertThat(committed(1)).isEqualTo(-1);
    assertThat(isUnstable(1)).isTrue();
  }

  @Test
  void anEndIsAnsweredWhateverThereIsToEnd() {
    assertThat(transaction.end(COMMIT)).isTrue();
    assertThat(exists()).isFalse();

    transaction.commit(0, 7);
    transaction.end(COMMIT);
    commitOrdinarily(0, 9);
    assertThat(transaction.end(COMMIT)).as("again").isTrue();
    assertThat(other.end(COMMIT)).as("of nobody").isTrue();

    assertThat(committed(0)).isEqualTo(9);
  }

  @Test
  void anEndThatIsRepeatedIsAnsweredWhenTheFirstIsDurable() {
    transaction.commit(0, 7);
    Answer<Void> first = transaction.beginEnd(COMMIT);
    Answer<Void> again = transaction.beginEnd(COMMIT);

    for (int i = 0; i < 10_000 && !again.isDone(); i++) {
      server.step();
    }
    assertThat(first.isOk()).isTrue();
    assertThat(again.isOk()).isTrue();
    server.crash();

    assertThat(committed(0)).isEqualTo(7);
  }

  // ---- what was written last counts

  @Test
  void anOrdinaryCommitAfterAPendingOneStays() {
    transaction.commit(0, 7);
    commitOrdinarily(0, 5);
    assertThat(committed(0)).isEqualTo(5);
    assertThat(isUnstable(0)).as("until the transaction ends").isTrue();

    server.crash();
    transaction.end(COMMIT);

    assertThat(committed(0)).isEqualTo(5);
    assertThat(isUnstable(0)).isFalse();
  }

  @Test
  void anOrdinaryCommitBeforeAPendingOneIsReplaced() {
    commitOrdinarily(0, 9);
    transaction.commit(0, 7);

    server.crash();
    transaction.end(COMMIT);

    assertThat(committed(0)).isEqualTo(7);
  }

  @Test
  void aTransactionCanCommitAgainAfterAnOrdinaryCommit() {
    transaction.commit(0, 7);
    commitOrdinarily(0, 5);
    transaction.commit(0, 8);

    transaction.end(COMMIT);

    assertThat(committed(0)).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofTwoTransactionsTheOffsetThatWasWrittenLastCounts(boolean inOrder) {
    transaction.commit(0, 7);
    other.commit(0, 6);

    (inOrder ? transaction : other).end(COMMIT);
    assertThat(committed(0)).isEqualTo(inOrder ? 7 : 6);
    (inOrder ? other : transaction).end(COMMIT);

    assertThat(committed(0)).isEqualTo(6);
  }

  @Test
  void anAbortedTransactionSupersedesNothing() {
    transaction.commit(0, 7);
    other.commit(0, 6);

    other.end(ABORT);
    transaction.end(COMMIT);

    assertThat(committed(0)).isEqualTo(7);
  }

  // ---- epochs

  @Test
  void anOlderEpochOfTheProducerIsFenced() {
    transaction.epoch = 3;
    transaction.commit(0, 7);

    transaction.epoch = 2;
    assertThat(transaction.commit(0, 5)).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
    assertThat(other.commit(1, 6)).as("of another producer").isEqualTo(Errors.NONE);
    server.crash();
    assertThat(transaction.commit(0, 5)).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);

    transaction.epoch = 3;
    transaction.end(COMMIT);
    assertThat(committed(0)).isEqualTo(7);
  }

  @Test
  void aNewerEpochOfTheProducerIsAnotherTransaction() {
    transaction.commit(0, 7);
    transaction.epoch = 1;
    transaction.commit(1, 8);
    assertThat(isUnstable(0)).isFalse();

    transaction.end(COMMIT);

    assertThat(committed(0)).isEqualTo(-1);
    assertThat(committed(1)).isEqualTo(8);
  }

  @Test
  void aMarkerOfANewerEpochEndsTheTransaction() {
    transaction.commit(0, 7);

    transaction.epoch = 1;
    transaction.end(COMMIT);

    assertThat(committed(0)).isEqualTo(7);
  }

  @Test
  void aMarkerOfAnOlderEpochIsLate() {
    transaction.epoch = 1;
    transaction.commit(0, 7);

    transaction.epoch = 0;
    assertThat(transaction.end(ABORT)).isTrue();
    assertThat(isUnstable(0)).isTrue();

    transaction.epoch = 1;
    transaction.end(COMMIT);
    assertThat(committed(0)).isEqualTo(7);
  }

  // ---- who may commit

  @Test
  void aMemberOfTheGenerationMayCommit() {
    GroupClient client = new GroupClient(server, "g");
    GroupClient.stabilize(server, client);

    assertThat(transaction.as(client).commit(0, 7)).isEqualTo(Errors.NONE);
    transaction.generation++;
    assertThat(transaction.commit(0, 8)).isEqualTo(Errors.ILLEGAL_GENERATION);
    transaction.generation = -1;
    assertThat(transaction.commit(0, 8)).isEqualTo(Errors.ILLEGAL_GENERATION);
    transaction.as(client).memberId = "nobody";
    assertThat(transaction.commit(0, 8)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    transaction.memberId = "";
    assertThat(transaction.commit(0, 8)).as("of no member").isEqualTo(Errors.UNKNOWN_MEMBER_ID);

    transaction.end(COMMIT);
    assertThat(committed(0)).isEqualTo(7);
  }

  @Test
  void aStaticMemberThatWasReplacedIsFenced() {
    GroupClient before = new GroupClient(server, "g", "i-1");
    GroupClient.stabilize(server, before);
    GroupClient after = new GroupClient(server, "g", "i-1").beginJoin();
    assertThat(after.joinError()).isEqualTo(Errors.NONE);
    transaction.instanceId = "i-1";

    assertThat(transaction.as(before).commit(0, 7)).isEqualTo(Errors.FENCED_INSTANCE_ID);
    assertThat(transaction.as(after).commit(0, 7)).isEqualTo(Errors.NONE);
    transaction.memberId = "";
    transaction.generation = -1;
    assertThat(transaction.commit(0, 7)).isEqualTo(Errors.FENCED_INSTANCE_ID);
  }

  /** Before KIP-447 clients named their group only. */
  @Test
  void whoDoesNotSayThatItIsAMemberMayCommitToALiveGroup() {
    GroupClient client = new GroupClient(server, "g");
    GroupClient.stabilize(server, client);

    assertThat(transaction.commit(0, 7)).isEqualTo(Errors.NONE);
  }

  @Test
  void anEmptyGroupNeedsNoMember() {
    commitOrdinarily(1, 1);
    transaction.memberId = "somebody";
    assertThat(transaction.commit(0, 7)).isEqualTo(Errors.NONE);

    transaction.generation = 0;
    assertThat(transaction.commit(0, 8)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aMemberMayCommitWhileTheNextGenerationIsAssigned() {
    GroupClient client = new GroupClient(server, "g").beginJoin();
    server.pass(1000);
    client.joined();
    assertThat(describe().groupState()).isEqualTo("CompletingRebalance");

    assertThat(transaction.as(client).commit(0, 7)).isEqualTo(Errors.NONE);
  }

  @Test
  void aGenerationOfAGroupThatIsNotThereIsRefused() {
    transaction.memberId = "m";
    transaction.generation = 1;

    assertThat(transaction.commit(0, 7)).isEqualTo(Errors.ILLEGAL_GENERATION);
    assertThat(exists()).isFalse();
    assertThat(new OffsetTransaction(server, "", 100).commit(0, 7))
        .isEqualTo(Errors.INVALID_GROUP_ID);
  }

  @Test
  void unknownPartitionsAndLongTextsAreRefused() {
    assertThat(transaction.commit("absent", 0, 7)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(transaction.commit(3, 7)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    transaction.metadata = "x".repeat(4097);
    assertThat(transaction.commit(0, 7)).isEqualTo(Errors.OFFSET_METADATA_TOO_LARGE);
    assertThat(exists()).as("nothing was kept").isFalse();
    server.crash();
    assertThat(exists()).as("after a restart").isFalse();

    transaction.metadata = "x".repeat(4096);
    assertThat(transaction.commit(0, 7)).isEqualTo(Errors.NONE);
    transaction.metadata = null;
    assertThat(transaction.commit(1, 8)).isEqualTo(Errors.NONE);
    transaction.end(COMMIT);
    assertThat(fetchStable(0).metadata()).hasSize(4096);
    assertThat(fetchStable(1).metadata()).isEmpty();
  }

  @Test
  void aTopicIsKnownByItsId() {
    TxnOffsetCommitRequestData request = transaction.request("", 0, 7);
    request.topics().get(0).setTopicId(new Uuid(1, 2));
    TxnOffsetCommitResponseTopic absent = answerTo(request);
    assertThat(absent.topicId()).isEqualTo(new Uuid(1, 2));
    assertThat(Errors.forCode(absent.partitions().get(0).errorCode()))
        .isEqualTo(Errors.UNKNOWN_TOPIC_ID);

    Uuid id = new Uuid(topic.id().getMostSignificantBits(), topic.id().getLeastSignificantBits());
    request.topics().get(0).setTopicId(id);
    assertThat(answerTo(request).topicId()).isEqualTo(id);
    transaction.end(COMMIT);
    assertThat(committed(0)).isEqualTo(7);

    request.setGenerationIdOrMemberEpoch(4);
    assertThat(answerTo(request).topicId()).as("refused").isEqualTo(id);
  }

  private TxnOffsetCommitResponseTopic answerTo(TxnOffsetCommitRequestData request) {
    return server
        .<TxnOffsetCommitResponseData>ask(
            r -> server.broker().groups().commitTransactional(request, r))
        .topics()
        .get(0);
  }

  // ---- asking for stable offsets

  @Test
  void whoRequiresStableOffsetsIsToldOfPendingOnes() {
    commitOrdinarily(0, 5);
    commitOrdinarily(1, 6);
    transaction.commit(0, 7);
    transaction.commit(2, 8);

    OffsetFetchResponsePartitions found = fetchStable(0);
    assertThat(Errors.forCode(found.errorCode())).isEqualTo(Errors.UNSTABLE_OFFSET_COMMIT);
    assertThat(found.committedOffset()).isEqualTo(-1);
    assertThat(found.metadata()).isEmpty();
    assertThat(fetchStable(1).committedOffset()).isEqualTo(6);
    assertThat(isUnstable(1)).isFalse();
    assertThat(isUnstable(2)).isTrue();
    assertThat(committed(0)).as("for others").isEqualTo(5);
  }

  @Test
  void whoAsksForAllStableOffsetsIsToldOfPendingOnesToo() {
    commitOrdinarily(0, 5);
    commitOrdinarily(1, 6);
    transaction.commit(0, 7);

    List<OffsetFetchResponsePartitions> stable = fetch(null, true).topics().get(0).partitions();
    List<OffsetFetchResponsePartitions> any = fetch(null, false).topics().get(0).partitions();

    assertThat(stable)
        .extracting(each -> Errors.forCode(each.errorCode()))
        .containsExactly(Errors.UNSTABLE_OFFSET_COMMIT, Errors.NONE);
    assertThat(any)
        .extracting(OffsetFetchResponsePartitions::committedOffset)
        .containsExactly(5L, 6L);
  }

  @Test
  void aGroupThatIsNotThereIsStable() {
    assertThat(isUnstable(0)).isFalse();
    assertThat(fetchStable(0).committedOffset()).isEqualTo(-1);
  }

  // ---- deleting and expiring

  @Test
  void aDeletedTopicTakesItsPendingOffsetsAlong() {
    server.createTopic(TopicSpec.topic("kept", 1));
    transaction.commit(0, 7);
    transaction.commit("kept", 0, 8);

    server.<Topic>ask(r -> server.broker().deleteTopic(topic.id(), r));
    server.settle();
    transaction.end(COMMIT);

    assertThat(fetch(null, true).topics())
        .singleElement()
        .satisfies(each -> assertThat(each.name()).isEqualTo("kept"));
  }

  @Test
  void whatIsPendingForATopicThatWasDeletedKeepsNoGroup() {
    transaction.commit(0, 7);

    server.<Topic>ask(r -> server.broker().deleteTopic(topic.id(), r));
    server.pass(2 * CHECK_MS);

    assertThat(exists()).isFalse();
  }

  @Test
  void whatIsPendingForATopicThatWasDeletedInACrashKeepsNoGroup() {
    int deleted = 0;
    for (int steps = 0; steps < 60; steps++) {
      try (SteppedServer crashing = new SteppedServer(steps, config(ShardConfig.DEFAULT))) {
        Topic doomed = crashing.createTopic(TopicSpec.topic("t", 1));
        new OffsetTransaction(crashing, "g", 100).commit(0, 7);
        crashing.<Topic>begin(r -> crashing.broker().deleteTopic(doomed.id(), r));
        for (int i = 0; i < steps; i++) {
          crashing.step();
        }
        crashing.crash();
        if (crashing.broker().catalog().find("t") == null) {
          deleted++;
          crashing.pass(RETENTION_MS + CHECK_MS);
          assertThat(
                  crashing
                      .<DescribedGroup>ask(r -> crashing.broker().groups().describe("g", r))
                      .errorCode())
              .as("after %d steps", steps)
              .isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
        }
      }
    }
    assertThat(deleted).isPositive();
  }

  @Test
  void deletingOffsetsDeletesPendingOnes() {
    transaction.commit(0, 7);
    transaction.commit(1, 8);
    other.commit(0, 9);

    assertThat(deleteOffsetsOf(0).errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(isUnstable(0)).isFalse();
    server.crash();
    transaction.end(COMMIT);
    other.end(COMMIT);

    assertThat(committed(0)).isEqualTo(-1);
    assertThat(committed(1)).isEqualTo(8);
  }

  private OffsetDeleteResponseData deleteOffsetsOf(int partition) {
    OffsetDeleteRequestTopic of =
        new OffsetDeleteRequestTopic()
            .setName("t")
            .setPartitions(
                List.of(new OffsetDeleteRequestPartition().setPartitionIndex(partition)));
    OffsetDeleteRequestData request =
        new OffsetDeleteRequestData()
            .setGroupId("g")
            .setTopics(new OffsetDeleteRequestTopicCollection(List.of(of).iterator()));
    return server.ask(r -> server.broker().groups().deleteOffsets(request, r));
  }

  @Test
  void deletingAGroupDeletesPendingOffsets() {
    transaction.commit(0, 7);

    assertThat(server.<Errors>ask(r -> server.broker().groups().delete("g", r)))
        .isEqualTo(Errors.NONE);
    server.crash();
    transaction.end(COMMIT);

    assertThat(exists()).isFalse();
    assertThat(committed(0)).isEqualTo(-1);
  }

  @Test
  void aGroupWithPendingOffsetsDoesNotExpire() {
    transaction.commit(0, 7);

    server.pass(RETENTION_MS + CHECK_MS);
    assertThat(exists()).isTrue();
    transaction.end(COMMIT);

    assertThat(committed(0)).isEqualTo(7);
  }

  @Test
  void anOffsetThatATransactionIsToReplaceDoesNotExpire() {
    commitOrdinarily(0, 5);
    commitOrdinarily(1, 6);
    transaction.commit(0, 7);

    server.pass(RETENTION_MS + CHECK_MS);
    assertThat(committed(0)).isEqualTo(5);
    assertThat(committed(1)).isEqualTo(-1);
    transaction.end(ABORT);
    server.pass(CHECK_MS);

    assertThat(exists()).isFalse();
  }

  @Test
  void aGroupWithPendingOffsetsIsKeptWhenAMemberComesAndGoes() {
    transaction.commit(0, 7);
    GroupClient client = new GroupClient(server, "g").beginJoin();
    server.pass(1000);
    client.joined();
    assertThat(client.leave()).isEqualTo(Errors.NONE);

    server.crash();
    transaction.end(COMMIT);

    assertThat(describe().protocolType()).as("its generation was kept").isEqualTo("consumer");
    assertThat(committed(0)).isEqualTo(7);
  }

  // ---- restarts

  @Test
  void pendingOffsetsAndTheirOrderSurviveTheShorteningOfTheStateLog() {
    try (SteppedServer sweeping =
        new SteppedServer(9, config(new ShardConfig(256, 128, 1, 256, 1000)))) {
      sweeping.createTopic(TopicSpec.topic("t", 3));
      OffsetTransaction first = new OffsetTransaction(sweeping, "g", 100);
      OffsetTransaction second = new OffsetTransaction(sweeping, "g", 101);
      first.epoch = 4;
      first.commit(0, 7);
      commitTo(sweeping, "g", 0, 5);
      first.commit(1, 8);
      second.commit(2, 30);
      first.commit(2, 20);
      for (int i = 0; i < 100; i++) {
        // Of the same group, so that it is of the same shard.
        commitTo(sweeping, "g", 0, 5);
      }

      sweeping.crash();
      first.epoch = 3;
      assertThat(first.commit(0, 1)).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
      first.epoch = 4;
      first.end(COMMIT);
      second.end(COMMIT);

      assertThat(OffsetCommits.committed(sweeping, "g", "t", 0)).isEqualTo(5);
      assertThat(OffsetCommits.committed(sweeping, "g", "t", 1)).isEqualTo(8);
      assertThat(OffsetCommits.committed(sweeping, "g", "t", 2)).isEqualTo(20);
    }
  }

  private static void commitTo(SteppedServer server, String group, int partition, long offset) {
    server.<OffsetCommitResponseData>ask(
        r ->
            server
                .broker()
                .groups()
                .commit(
                    OffsetCommits.request(group, "t", partition, offset),
                    OffsetCommits.VERSION,
                    r));
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35, 36})
  void whatWasAcknowledgedSurvivesACrashAtAnyStep(long seed) {
    Random random = new Random(seed);
    long before = -1;
    for (int round = 1; round < 30; round++) {
      Answer<TxnOffsetCommitResponseData> kept = transaction.begin(0, round);
      boolean acknowledged = stepAndPerhapsCrash(random, kept);
      assertThat(committed(0)).as("seed %d round %d", seed, round).isEqualTo(before);
      assertThat(!acknowledged || isUnstable(0)).as("seed %d round %d", seed, round).isTrue();

      boolean commits = random.nextBoolean();
      Answer<Void> ended = transaction.beginEnd(commits);
      boolean done = stepAndPerhapsCrash(random, ended);
      long now = committed(0);
      long expected = commits && acknowledged ? round : before;
      if (done) {
        assertThat(isUnstable(0)).as("seed %d round %d", seed, round).isFalse();
      }
      if (done && (acknowledged || !commits)) {
        assertThat(now).as("seed %d round %d", seed, round).isEqualTo(expected);
      } else {
        assertThat(now).as("seed %d round %d", seed, round).isIn(before, (long) round);
      }
      transaction.end(commits);
      before = committed(0);
    }
  }

  /** Whether the answer came before the crash, if there was one. */
  private boolean stepAndPerhapsCrash(Random random, Answer<?> answer) {
    int steps = random.nextInt(80);
    for (int i = 0; i < steps; i++) {
      server.step();
    }
    boolean answered = answer.isOk();
    if (random.nextInt(3) == 0) {
      server.crash();
    }
    return answered;
  }
}

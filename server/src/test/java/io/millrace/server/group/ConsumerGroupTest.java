package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
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

/** Groups of the new protocol, with clients that say what they please. */
class ConsumerGroupTest {
  private static final int SESSION_MS = 45_000;

  private SteppedServer server = new SteppedServer(11);
  private final Topic topic = server.createTopic(TopicSpec.topic("t", 4));

  private ConsumerClient client() {
    return new ConsumerClient(server, "g").subscribe("t");
  }

  private ConsumerClient joined() {
    ConsumerClient client = client();
    assertThat(client.join()).isEqualTo(Errors.NONE);
    return client;
  }

  private static List<Integer> sizes(ConsumerClient... clients) {
    return Arrays.stream(clients).map(each -> each.owned.size()).toList();
  }

  private DescribedGroup described() {
    return server.ask(reply -> server.broker().groups().describeConsumer("g", reply));
  }

  // ---- joining and sharing

  @Test
  void theFirstMemberGetsEverything() {
    ConsumerClient client = joined();

    assertThat(client.owned).hasSize(4);
    assertThat(client.epoch).isEqualTo(1);
    assertThat(client.intervalMs).isEqualTo(5_000);
  }

  @Test
  void aMemberOfVersion0IsGivenAnId() {
    ConsumerClient client = client();
    client.version = 0;
    client.memberId = "";

    assertThat(client.join()).isEqualTo(Errors.NONE);

    assertThat(client.memberId).isNotEmpty();
    assertThat(client.heartbeat()).isEqualTo(Errors.NONE);
  }

  @Test
  void aNewcomerGetsItsShareWhenItWasGivenBack() {
    ConsumerClient first = joined();
    ConsumerClient second = joined();
    assertThat(second.owned).as("nothing is free yet").isEmpty();
    assertThat(described().groupState()).isEqualTo("Reconciling");

    first.heartbeat();
    assertThat(first.owned).hasSize(2);
    second.heartbeat();
    assertThat(second.owned).as("the first has not said that it gave back").isEmpty();
    first.heartbeat();
    second.heartbeat();

    assertThat(second.owned).hasSize(2).doesNotContainAnyElementsOf(first.owned);
    assertThat(first.epoch).isEqualTo(second.epoch).isEqualTo(2);
    assertThat(described().groupState()).isEqualTo("Stable");
  }

  @Test
  void whatALeaverHadGoesToTheOthers() {
    ConsumerClient first = joined();
    ConsumerClient second = joined();
    ConsumerClient.reconcile(first, second);

    assertThat(first.leave()).isEqualTo(Errors.NONE);
    second.heartbeat();

    assertThat(second.owned).hasSize(4);
    assertThat(first.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void theAssignorThatMostMembersAskForCounts() {
    for (int i = 0; i < 6; i++) {
      server.createTopic(TopicSpec.topic("small" + i, 1));
    }
    ConsumerClient first = client();
    ConsumerClient second = client();
    for (ConsumerClient each : List.of(first, second)) {
      each.subscribe("small0", "small1", "small2", "small3").assignor = "range";
      each.join();
    }
    ConsumerClient.reconcile(first, second);

    assertThat(sizes(first, second)).containsExactlyInAnyOrder(4, 0);
    assertThat(described().assignorName()).isEqualTo("range");
  }

  @Test
  void aGroupThatIsFullTakesNobody() {
    server =
        new SteppedServer(
            12,
            ServerCoreConfig.DEFAULT.withGroup(
                GroupConfig.DEFAULT.withConsumer(ConsumerGroupConfig.DEFAULT.withMaxSize(1))));
    server.createTopic(TopicSpec.topic("t", 4));
    ConsumerClient first = joined();

    assertThat(client().join()).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
    assertThat(first.heartbeat()).isEqualTo(Errors.NONE);
  }

  // ---- what is refused

  @Test
  void whatAMemberAndAGroupSayIsBounded() {
    ConsumerClient member = joined();
    assertThat(member.take(member.send(member.request().setSubscribedTopicNames(names(1001)))))
        .isEqualTo(Errors.INVALID_REQUEST);
    List<String> many = names(1000);
    int taken = 0;
    Errors last = Errors.NONE;
    while (last == Errors.NONE) {
      ConsumerClient other = client();
      last = other.take(other.send(other.request().setSubscribedTopicNames(many)));
      taken += last == Errors.NONE ? 1 : 0;
    }
    assertThat(last).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
    assertThat(taken).isBetween(10, 16);
    assertThat(described().members()).hasSize(taken + 1);
    server.crash();
    assertThat(member.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(described().members()).hasSize(taken + 1);
  }

  /** So many names of a thousand characters each. */
  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "%1000d".formatted(i)).toList();
  }

  @Test
  void refusesWhatIsWrong() {
    ConsumerClient member = joined();

    assertThat(member.take(member.send(member.request().setGroupId(""))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(member.take(member.send(member.request().setMemberId(""))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(member.take(member.send(member.request().setMemberEpoch(-3))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(member.take(member.send(member.request().setMemberEpoch(-2))))
        .as("leaving for a while is for static members")
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(member.take(member.send(member.request().setInstanceId(""))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(member.take(member.send(member.request().setServerAssignor("best"))))
        .isEqualTo(Errors.UNSUPPORTED_ASSIGNOR);
    assertThat(member.take(member.send(member.request().setGroupId("absent"))))
        .isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    assertThat(member.take(member.send(member.request().setMemberId("nobody"))))
        .isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    ConsumerClient joining = client();
    assertThat(joining.take(joining.send(joining.request().setRebalanceTimeoutMs(-1))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(joining.take(joining.send(joining.request().setTopicPartitions(null))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(joining.take(joining.send(joining.request().setSubscribedTopicNames(null))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(member.heartbeat()).as("and nothing has happened").isEqualTo(Errors.NONE);
    assertThat(described().members()).hasSize(1);
  }

  @Test
  void anEpochThatIsNotTheMembersIsFenced() {
    ConsumerClient member = joined();

    member.epoch++;
    assertThat(member.heartbeat()).isEqualTo(Errors.FENCED_MEMBER_EPOCH);
    assertThat(member.join()).as("and joins again").isEqualTo(Errors.NONE);
    assertThat(member.owned).hasSize(4);
  }

  @Test
  void aMemberWhoseAnswerWasLostSaysEverythingAgain() {
    ConsumerClient first = joined();
    ConsumerClient second = joined();
    second.leave();
    first.heartbeat();
    ConsumerClient third = joined();
    third.leave();
    int before = first.epoch;
    ConsumerGroupHeartbeatResponseData lost = first.send(first.request());
    assertThat(lost.memberEpoch()).isGreaterThan(before);

    assertThat(first.take(first.send(first.request())))
        .as("without what it has it may be anybody")
        .isEqualTo(Errors.FENCED_MEMBER_EPOCH);
    ConsumerGroupHeartbeatResponseData again =
        first.send(
            first
                .request()
                .setRebalanceTimeoutMs(1000)
                .setSubscribedTopicNames(List.of("t"))
                .setTopicPartitions(List.of()));
    assertThat(Errors.forCode(again.errorCode())).isEqualTo(Errors.NONE);
    assertThat(ConsumerClient.assigned(again)).hasSize(4);
  }

  // ---- time

  @Test
  void silentMembersAreRemoved() {
    ConsumerClient silent = joined();
    ConsumerClient alive = joined();
    for (int i = 0; i < 10; i++) {
      server.pass(SESSION_MS / 9);
      assertThat(alive.heartbeat()).isEqualTo(Errors.NONE);
    }

    ConsumerClient.reconcile(alive);
    assertThat(alive.owned).hasSize(4);
    assertThat(silent.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(server.broker().groups().stats().expiredMembers()).isEqualTo(1);
  }

  @Test
  void whoDoesNotGiveBackInTimeIsRemoved() {
    ConsumerClient slow = client();
    slow.rebalanceTimeoutMs = 3_000;
    slow.join();
    ConsumerClient other = joined();
    slow.heartbeat();

    for (int i = 0; i < 4; i++) {
      server.pass(1_000);
      // Alive, but it does not say that it has given anything back.
      slow.send(slow.request().setTopicPartitions(null));
    }

    ConsumerClient.reconcile(other);
    assertThat(other.owned).hasSize(4);
    assertThat(slow.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  // ---- static members

  @Test
  void aStaticMemberFindsItsPartitionsUnderAnotherId() {
    ConsumerClient fixed = client().instance("i");
    fixed.join();
    ConsumerClient other = joined();
    ConsumerClient.reconcile(fixed, other);
    Set<LogId> had = new HashSet<>(fixed.owned);
    int epoch = described().groupEpoch();

    assertThat(fixed.leaveForAWhile()).isEqualTo(Errors.NONE);
    ConsumerClient.reconcile(other);
    assertThat(other.owned).as("they wait for it").hasSize(2);
    ConsumerClient back = client().instance("i");
    assertThat(back.join()).isEqualTo(Errors.NONE);

    assertThat(back.owned).isEqualTo(had);
    assertThat(described().groupEpoch()).as("nobody else notices").isEqualTo(epoch);
    assertThat(fixed.heartbeat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
    assertThat(other.heartbeat()).isEqualTo(Errors.NONE);
  }

  @Test
  void anInstanceThatIsThereIsNotTaken() {
    ConsumerClient fixed = client().instance("i");
    fixed.join();

    assertThat(client().instance("i").join()).isEqualTo(Errors.UNRELEASED_INSTANCE_ID);
    assertThat(fixed.heartbeat()).isEqualTo(Errors.NONE);
  }

  @Test
  void aStaticMemberThatDoesNotComeBackIsRemoved() {
    ConsumerClient fixed = client().instance("i");
    fixed.join();
    ConsumerClient other = joined();
    ConsumerClient.reconcile(fixed, other);
    fixed.leaveForAWhile();
    for (int i = 0; i < 10; i++) {
      server.pass(SESSION_MS / 9);
      other.heartbeat();
    }

    assertThat(other.owned).hasSize(4);
  }

  @Test
  void anAdministratorRemovesAStaticMemberByItsInstance() {
    ConsumerClient fixed = client().instance("i");
    fixed.join();
    ConsumerClient dynamic = joined();

    LeaveGroupResponseData answer =
        server.ask(
            reply ->
                server
                    .broker()
                    .groups()
                    .leave(
                        new LeaveGroupRequestData()
                            .setGroupId("g")
                            .setMembers(
                                List.of(
                                    new LeaveGroupRequestData.MemberIdentity()
                                        .setGroupInstanceId("i"),
                                    new LeaveGroupRequestData.MemberIdentity()
                                        .setMemberId(dynamic.memberId))),
                        reply));

    assertThat(answer.members())
        .extracting(each -> Errors.forCode(each.errorCode()))
        .containsExactly(Errors.NONE, Errors.UNKNOWN_MEMBER_ID);
    assertThat(fixed.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  // ---- topics

  @Test
  void newTopicsAndPartitionsAreAssigned() {
    ConsumerClient client = client().subscribe("t", "later");
    client.join();
    assertThat(client.owned).hasSize(4);

    Topic later = server.createTopic(TopicSpec.topic("later", 2));
    client.heartbeat();
    assertThat(client.owned).hasSize(6);
    server.<Topic>ask(reply -> server.broker().createPartitions(later.id(), 5, reply));
    client.heartbeat();
    assertThat(client.owned).hasSize(9);
    server.<Topic>ask(reply -> server.broker().deleteTopic(topic.id(), reply));
    ConsumerClient.reconcile(client);
    assertThat(client.owned).hasSize(5).allMatch(each -> each.group().equals(later.id()));
  }

  @Test
  void patternsFollowTheTopics() {
    server.createTopic(TopicSpec.topic("x-1", 1));
    ConsumerClient client = new ConsumerClient(server, "g").matching("x-.*");
    assertThat(client.join()).isEqualTo(Errors.NONE);
    assertThat(client.owned).hasSize(1);

    Topic second = server.createTopic(TopicSpec.topic("x-2", 3));
    server.createTopic(TopicSpec.topic("a-x-3", 3));
    server.pass(100);
    client.heartbeat();
    assertThat(client.owned).as("a pattern matches whole names").hasSize(4);
    server.crash();
    client.heartbeat();
    server.createTopic(TopicSpec.topic("x-4", 1));
    server.pass(200);
    client.heartbeat();
    assertThat(client.owned).hasSize(5);
    server.<Topic>ask(reply -> server.broker().deleteTopic(second.id(), reply));
    server.pass(200);
    ConsumerClient.reconcile(client);
    assertThat(client.owned).hasSize(2);
  }

  @Test
  void aTopicThatCameWhileTheServerWasDownIsNotForgotten() {
    ConsumerClient byName = client().subscribe("later");
    ConsumerClient byPattern = new ConsumerClient(server, "other").matching("la.*");
    byName.join();
    byPattern.join();
    server.createTopic(TopicSpec.topic("later", 2));
    server.crash();
    server.pass(200);

    byName.heartbeat();
    byPattern.heartbeat();

    assertThat(sizes(byName, byPattern)).containsExactly(2, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "(?=lookahead)", "a{2000}", "((a{100}){100}){100}", "\\"})
  void whatIsNoPatternIsRefused(String pattern) {
    ConsumerClient client = new ConsumerClient(server, "g").matching(pattern);

    assertThat(client.join()).isEqualTo(Errors.INVALID_REGULAR_EXPRESSION);
    assertThat(described().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
  }

  @Test
  void aPatternThatIsTooLongIsRefused() {
    ConsumerClient client =
        new ConsumerClient(server, "g").matching("x".repeat(TopicPatterns.MAX_LENGTH + 1));

    assertThat(client.join()).isEqualTo(Errors.INVALID_REGULAR_EXPRESSION);
  }

  @Test
  void aPatternIsReplacedByNames() {
    ConsumerClient client = new ConsumerClient(server, "g").matching("t");
    client.join();
    assertThat(client.owned).hasSize(4);

    client.take(client.send(client.request().setSubscribedTopicRegex("")));
    ConsumerClient.reconcile(client);
    assertThat(client.owned).isEmpty();
    client.take(client.send(client.request().setSubscribedTopicNames(List.of("t"))));
    assertThat(client.owned).hasSize(4);
  }

  // ---- offsets

  private Errors commit(ConsumerClient client, int epoch) {
    OffsetCommitResponseData answer =
        server.ask(
            reply ->
                server
                    .broker()
                    .groups()
                    .commit(
                        OffsetCommits.request("g", client.memberId, epoch, "t", 0, 7),
                        OffsetCommits.VERSION,
                        reply));
    return Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode());
  }

  private Errors fetchError(ConsumerClient client, int epoch) {
    OffsetFetchResponseGroup answer =
        server.ask(
            reply ->
                server
                    .broker()
                    .groups()
                    .fetch(
                        new OffsetFetchRequestGroup()
                            .setGroupId("g")
                            .setMemberId(client.memberId)
                            .setMemberEpoch(epoch)
                            .setTopics(null),
                        false,
                        reply));
    return Errors.forCode(answer.errorCode());
  }

  @Test
  void offsetsAreFencedByTheMembersEpoch() {
    ConsumerClient client = joined();

    assertThat(commit(client, client.epoch)).isEqualTo(Errors.NONE);
    assertThat(commit(client, client.epoch - 1)).isEqualTo(Errors.STALE_MEMBER_EPOCH);
    assertThat(commit(client(), 1)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(fetchError(client, client.epoch)).isEqualTo(Errors.NONE);
    assertThat(fetchError(client, client.epoch + 1)).isEqualTo(Errors.STALE_MEMBER_EPOCH);
    assertThat(fetchError(client(), 1)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    OffsetTransaction transaction = new OffsetTransaction(server, "g", 5);
    transaction.memberId = client.memberId;
    transaction.generation = client.epoch - 1;
    assertThat(transaction.commit(1, 3)).isEqualTo(Errors.ILLEGAL_GENERATION);
    transaction.generation = client.epoch;
    assertThat(transaction.commit(1, 3)).isEqualTo(Errors.NONE);

    assertThat(server.<Errors>ask(reply -> server.broker().groups().delete("g", reply)))
        .isEqualTo(Errors.NON_EMPTY_GROUP);
    client.leave();
    assertThat(OffsetCommits.committed(server, "g", "t", 0)).isEqualTo(7);
    assertThat(server.<Errors>ask(reply -> server.broker().groups().delete("g", reply)))
        .isEqualTo(Errors.NONE);
    assertThat(OffsetCommits.committed(server, "g", "t", 0)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void offsetsOfTopicsThatAreReadAreNotDeleted(boolean byPattern) {
    ConsumerClient client = byPattern ? client().subscribe().matching("t") : client();
    client.join();
    assertThat(commit(client, client.epoch)).isEqualTo(Errors.NONE);
    server.createTopic(TopicSpec.topic("other", 1));
    OffsetDeleteRequestTopicCollection topics = new OffsetDeleteRequestTopicCollection();
    for (String name : List.of("t", "other")) {
      topics.add(
          new OffsetDeleteRequestTopic()
              .setName(name)
              .setPartitions(List.of(new OffsetDeleteRequestPartition().setPartitionIndex(0))));
    }

    OffsetDeleteResponseData answer =
        server.ask(
            reply ->
                server
                    .broker()
                    .groups()
                    .deleteOffsets(
                        new OffsetDeleteRequestData().setGroupId("g").setTopics(topics), reply));

    assertThat(answer.topics())
        .extracting(each -> Errors.forCode(each.partitions().iterator().next().errorCode()))
        .containsExactly(Errors.GROUP_SUBSCRIBED_TO_TOPIC, Errors.NONE);
    assertThat(OffsetCommits.committed(server, "g", "t", 0)).isEqualTo(7);
  }

  @Test
  void aGroupThatIsForgottenIsForgotten() {
    joined().leave();
    server.pass(GroupConfig.DEFAULT.expiryCheckMs() + 1_000);

    List<ListedGroup> groups = server.ask(reply -> server.broker().groups().list(reply));
    assertThat(groups).isEmpty();
  }

  // ---- restarts

  @Test
  void membersGoOnAfterARestart() {
    ConsumerClient first = joined();
    ConsumerClient second = client().instance("i");
    second.join();
    first.heartbeat();
    server.crash();

    ConsumerClient.reconcile(first, second);
    assertThat(sizes(first, second)).containsExactly(2, 2);
    server.crash();
    server.pass(SESSION_MS - 5_000);
    assertThat(first.heartbeat()).as("a new session").isEqualTo(Errors.NONE);
    server.pass(10_000);
    ConsumerClient.reconcile(first);
    assertThat(first.owned).as("the other was silent").hasSize(4);
  }

  @Test
  void heartbeatsThatChangeNothingWriteNothing() {
    ConsumerClient client = joined();
    server.settle();
    long before = server.files().syncCount();

    for (int i = 0; i < 20; i++) {
      assertThat(client.heartbeat()).isEqualTo(Errors.NONE);
    }

    assertThat(server.files().syncCount()).isEqualTo(before);
  }

  /** Members come and go, the server crashes at any step; nobody shares, and all is read. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void noPartitionIsReadTwiceWhateverHappens(long seed) {
    Random random = new Random(seed);
    // Little room, so that the state log is swept again and again.
    server =
        new SteppedServer(
            seed, ServerCoreConfig.DEFAULT.withShard(new ShardConfig(16, 8, 4096, 3, 50)));
    server.createTopic(TopicSpec.topic("t", 7));
    Map<String, ConsumerClient> alive = new LinkedHashMap<>();
    for (int step = 0; step < 150; step++) {
      int dice = random.nextInt(20);
      if (alive.isEmpty() || (dice < 3 && alive.size() < 5)) {
        ConsumerClient client = client();
        if (random.nextBoolean()) {
          client.instance("i" + step);
        }
        assertThat(client.join()).isEqualTo(Errors.NONE);
        alive.put(client.memberId, client);
      } else if (dice == 3) {
        List<ConsumerClient> some = new ArrayList<>(alive.values());
        ConsumerClient leaver = some.get(random.nextInt(some.size()));
        leaver.leave();
        alive.remove(leaver.memberId);
      } else if (dice == 4) {
        server.crash();
      } else {
        List<ConsumerClient> some = new ArrayList<>(alive.values());
        ConsumerClient client = some.get(random.nextInt(some.size()));
        assertThat(client.heartbeat()).as("seed %d step %d", seed, step).isEqualTo(Errors.NONE);
      }
      Set<LogId> read = new HashSet<>();
      for (ConsumerClient client : alive.values()) {
        for (LogId each : client.owned) {
          assertThat(read.add(each)).as("seed %d step %d: %s", seed, step, each).isTrue();
        }
      }
    }
    ConsumerClient[] all = alive.values().toArray(ConsumerClient[]::new);
    ConsumerClient.reconcile(all);
    assertThat(alive.values().stream().mapToInt(each -> each.owned.size()).sum()).isEqualTo(7);
  }

  // ---- speed

  @Test
  void aHundredMembersShareAThousandPartitionsQuickly() {
    server.createTopic(TopicSpec.topic("large", 1000));
    List<ConsumerClient> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ConsumerClient client = client().subscribe("large");
      client.join();
      clients.add(client);
    }
    ConsumerClient[] all = clients.toArray(ConsumerClient[]::new);
    ConsumerClient.reconcile(all);
    ConsumerClient newcomer = client().subscribe("large");
    clients.add(newcomer);
    long began = System.nanoTime();

    newcomer.join();
    ConsumerClient.reconcile(clients.toArray(ConsumerClient[]::new));

    long tookMs = (System.nanoTime() - began) / 1_000_000;
    assertThat(newcomer.owned).hasSize(9);
    System.out.println("101 members over 1000 partitions rebalanced in " + tookMs + " ms");
    assertThat(tookMs).isLessThan(5_000);
  }
}

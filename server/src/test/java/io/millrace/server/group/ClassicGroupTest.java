package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class ClassicGroupTest {
  private final SteppedServer server = new SteppedServer(3);

  private GroupClient client() {
    return new GroupClient(server, "g");
  }

  private GroupClient staticClient(String instanceId) {
    return new GroupClient(server, "g", instanceId);
  }

  private DescribedGroup describe() {
    return server.ask(reply -> server.broker().groups().describe("g", reply));
  }

  @Test
  void membersThatJoinTogetherShareTheFirstGeneration() {
    GroupClient first = client();
    GroupClient second = client();
    GroupClient.stabilize(server, first, second);

    assertThat(first.generation).isEqualTo(1);
    assertThat(second.generation).isEqualTo(1);
    assertThat(first.isLeader()).isTrue();
    assertThat(second.isLeader()).isFalse();
    assertThat(first.members()).containsOnlyKeys(first.memberId, second.memberId);
    assertThat(second.members()).isEmpty();
    assertThat(first.assignment()).isEqualTo("for " + first.memberId);
    assertThat(second.assignment()).isEqualTo("for " + second.memberId);
    assertThat(describe().groupState()).isEqualTo("Stable");
    assertThat(describe().members()).hasSize(2);
  }

  @Test
  void aDynamicMemberGetsItsIdBeforeItJoins() {
    GroupClient client = client();
    RequestContext context = new RequestContext("client", "/127.0.0.1", 4);

    JoinGroupResponseData answer =
        server.ask(r -> server.broker().groups().join(context, client.joinRequest(), r));

    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.MEMBER_ID_REQUIRED);
    assertThat(answer.memberId()).startsWith("client-");
    assertThat(describe().members()).isEmpty();
  }

  @Test
  void anIdThatIsNotUsedIsForgotten() {
    GroupClient client = client();
    RequestContext context = new RequestContext("client", "/127.0.0.1", 4);
    JoinGroupResponseData answer =
        server.ask(r -> server.broker().groups().join(context, client.joinRequest(), r));

    server.pass(GroupClient.SESSION_MS + 1);
    client.memberId = answer.memberId();
    client.beginJoin();

    assertThat(client.joinError()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(describe().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
  }

  @Test
  void oldClientsJoinWithoutAskingForAnIdFirst() {
    GroupClient client = client();
    client.version = 3;
    GroupClient.stabilize(server, client);

    assertThat(client.syncError()).isEqualTo(Errors.NONE);
  }

  @Test
  void aNewMemberMakesTheOthersJoinAgain() {
    GroupClient first = client();
    GroupClient.stabilize(server, first);
    GroupClient second = client().beginJoin();

    assertThat(second.isJoining()).isTrue();
    assertThat(first.heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    first.beginJoin();

    assertThat(first.joinError()).isEqualTo(Errors.NONE);
    assertThat(second.joinError()).isEqualTo(Errors.NONE);
    assertThat(first.generation).isEqualTo(2);
    assertThat(first.isLeader()).as("the leader stays").isTrue();
  }

  @Test
  void followersWaitForTheLeadersAssignment() {
    GroupClient leader = client();
    GroupClient follower = client();
    leader.beginJoin();
    follower.beginJoin();
    server.pass(1000);
    leader.joined();
    follower.joined();

    follower.beginSync();
    assertThat(follower.isSyncing()).isTrue();
    leader.beginSync();

    assertThat(follower.syncError()).isEqualTo(Errors.NONE);
    assertThat(follower.assignment()).isEqualTo("for " + follower.memberId);
  }

  @Test
  void aMemberThatFallsSilentIsRemovedAndTheOthersRebalance() {
    GroupClient alive = client();
    GroupClient silent = client();
    GroupClient.stabilize(server, alive, silent);

    server.pass(6000);
    assertThat(alive.heartbeat()).isEqualTo(Errors.NONE);
    server.pass(6000);
    assertThat(alive.heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    alive.beginJoin();

    assertThat(alive.members()).containsOnlyKeys(alive.memberId);
    assertThat(silent.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aMemberThatDoesNotJoinAgainInTimeIsRemoved() {
    GroupClient slow = client();
    GroupClient.stabilize(server, slow);
    GroupClient joining = client().beginJoin();
    for (int i = 0; i < 10; i++) {
      // It says that it is there, but does not join.
      assertThat(slow.heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
      assertThat(joining.isJoining()).isTrue();
      server.pass(GroupClient.REBALANCE_MS / 10);
    }
    server.pass(10);

    assertThat(joining.joinError()).isEqualTo(Errors.NONE);
    assertThat(joining.isLeader()).isTrue();
    assertThat(slow.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aLeaderThatDiesBeforeItAssignsIsReplaced() {
    GroupClient leader = client();
    GroupClient follower = client();
    leader.beginJoin();
    follower.beginJoin();
    server.pass(1000);
    leader.joined();
    follower.joined();
    follower.beginSync();

    server.pass(GroupClient.SESSION_MS + 1);
    assertThat(follower.syncError()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    follower.beginJoin();

    assertThat(follower.joinError()).isEqualTo(Errors.NONE);
    assertThat(follower.isLeader()).isTrue();
  }

  @Test
  void membersThatNeverAskForTheirAssignmentAreRemoved() {
    GroupClient leader = client();
    GroupClient lazy = client();
    leader.beginJoin();
    lazy.beginJoin();
    server.pass(1000);
    leader.joined();
    lazy.joined();
    leader.beginSync();
    for (int i = 0; i < 10; i++) {
      leader.heartbeat();
      lazy.heartbeat();
      server.pass(GroupClient.REBALANCE_MS / 10);
    }
    server.pass(10);

    assertThat(leader.heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    assertThat(lazy.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void anOldGenerationIsRefused() {
    GroupClient client = client();
    GroupClient.stabilize(server, client);
    client.generation--;

    assertThat(client.heartbeat()).isEqualTo(Errors.ILLEGAL_GENERATION);
    assertThat(client.beginSync().syncError()).isEqualTo(Errors.ILLEGAL_GENERATION);
  }

  @Test
  void theLastMemberToLeaveMakesTheGroupEmpty() {
    GroupClient client = client();
    GroupClient.stabilize(server, client);

    assertThat(client.leave()).isEqualTo(Errors.NONE);

    assertThat(describe().groupState()).isEqualTo("Empty");
    assertThat(client.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(client.leave()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aFollowerThatAsksAgainGetsTheSameGeneration() {
    GroupClient leader = client();
    GroupClient follower = client();
    GroupClient.stabilize(server, leader, follower);

    follower.beginJoin();

    assertThat(follower.joinError()).isEqualTo(Errors.NONE);
    assertThat(follower.generation).isEqualTo(1);
    assertThat(leader.heartbeat()).isEqualTo(Errors.NONE);
  }

  @Test
  void aLeaderThatAsksAgainBeginsARebalance() {
    GroupClient leader = client();
    GroupClient follower = client();
    GroupClient.stabilize(server, leader, follower);

    leader.beginJoin();

    assertThat(leader.isJoining()).isTrue();
    assertThat(follower.heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
  }

  @Test
  void aMemberThatMissedItsAnswerIsToldOfTheGenerationAgain() {
    GroupClient leader = client();
    GroupClient.stabilize(server, leader);
    GroupClient second = client().beginJoin();
    leader.beginJoin();
    leader.joined();
    second.joined();

    leader.beginJoin();

    assertThat(leader.joinError()).isEqualTo(Errors.NONE);
    assertThat(leader.members()).hasSize(2);
    assertThat(leader.generation).isEqualTo(2);
  }

  @Test
  void theStrategyThatMostPreferAmongTheCommonOnesIsChosen() {
    GroupClient a = client();
    GroupClient b = client();
    GroupClient c = client();
    a.protocols = List.of("sticky", "range");
    b.protocols = List.of("range", "sticky");
    c.protocols = List.of("roundrobin", "range", "sticky");
    GroupClient.stabilize(server, a, b, c);

    assertThat(a.joined().protocolName()).isEqualTo("range");
    GroupClient stranger = client();
    stranger.protocols = List.of("roundrobin");
    assertThat(stranger.beginJoin().joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
    GroupClient connect = client();
    connect.protocolType = "connect";
    assertThat(connect.beginJoin().joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
  }

  @Test
  void aFullGroupTakesNobodyMore() {
    try (SteppedServer small =
        new SteppedServer(
            5, ServerCoreConfig.DEFAULT.withGroup(GroupConfig.DEFAULT.withMaxGroupSize(2)))) {
      GroupClient a = new GroupClient(small, "g");
      GroupClient b = new GroupClient(small, "g");
      GroupClient.stabilize(small, a, b);

      GroupClient third = new GroupClient(small, "g").beginJoin();

      assertThat(third.joinError()).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
      assertThat(a.heartbeat()).isEqualTo(Errors.NONE);
    }
  }

  @Test
  void fiveHundredMembersThatVanishLeaveAnEmptyGroup() {
    List<GroupClient> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(client());
    }
    GroupClient.stabilize(server, all.toArray(GroupClient[]::new));
    assertThat(all.get(499).syncError()).isEqualTo(Errors.NONE);

    server.pass(GroupClient.SESSION_MS + GroupClient.REBALANCE_MS);

    assertThat(describe().groupState()).isEqualTo("Empty");
  }

  @Test
  void anotherSessionTimeoutThanAllowedIsRefused() {
    GroupClient client = client();
    RequestContext context = new RequestContext("client", "/127.0.0.1", 9);

    JoinGroupResponseData answer =
        server.ask(
            r ->
                server
                    .broker()
                    .groups()
                    .join(context, client.joinRequest().setSessionTimeoutMs(10), r));

    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.INVALID_SESSION_TIMEOUT);
  }

  // ---- static members

  @Test
  void aStaticMemberThatComesBackTakesUpItsAssignmentWithoutARebalance() {
    GroupClient other = client();
    GroupClient before = staticClient("i-1");
    GroupClient.stabilize(server, other, before);

    GroupClient after = staticClient("i-1").beginJoin();

    assertThat(after.joinError()).isEqualTo(Errors.NONE);
    assertThat(after.generation).isEqualTo(1);
    assertThat(after.memberId).isNotEqualTo(before.memberId);
    assertThat(after.beginSync().assignment()).isEqualTo("for " + before.memberId);
    assertThat(other.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(before.heartbeat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
  }

  @Test
  void aStaticLeaderThatComesBackNeedNotAssignAgain() {
    GroupClient before = staticClient("i-1");
    GroupClient.stabilize(server, before);

    GroupClient after = staticClient("i-1").beginJoin();
    assertThat(after.joined().skipAssignment()).isTrue();
    assertThat(after.joined().leader()).isEqualTo(after.memberId);
    assertThat(after.members()).hasSize(1);

    GroupClient old = staticClient("i-1");
    old.version = 8;
    old.beginJoin();
    assertThat(old.joined().skipAssignment()).isFalse();
    assertThat(old.joined().leader()).as("told of another leader").isEqualTo(after.memberId);
    assertThat(old.joined().memberId()).isNotEqualTo(after.memberId);
    assertThat(old.members()).isEmpty();
  }

  @Test
  void aStaticMemberMayBeAwayForLessThanItsSession() {
    GroupClient other = client();
    GroupClient member = staticClient("i-1");
    GroupClient.stabilize(server, other, member);

    server.pass(GroupClient.SESSION_MS - 2000);
    assertThat(other.heartbeat()).isEqualTo(Errors.NONE);
    server.pass(4000);
    assertThat(other.heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
  }

  @Test
  void anAdministratorCanRemoveAStaticMember() {
    GroupClient member = staticClient("i-1");
    GroupClient.stabilize(server, member);
    GroupClient admin = staticClient("i-1");

    assertThat(admin.leave()).isEqualTo(Errors.NONE);
    assertThat(member.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(describe().groupState()).isEqualTo("Empty");
  }

  // ---- restarts

  @Test
  void aStableGroupIsNotDisturbedByARestart() {
    GroupClient first = client();
    GroupClient second = staticClient("i-1");
    GroupClient.stabilize(server, first, second);

    server.crash();

    assertThat(first.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(second.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(first.beginSync().assignment()).isEqualTo("for " + first.memberId);
    assertThat(describe().groupState()).isEqualTo("Stable");
  }

  @Test
  void aMemberThatDoesNotReturnAfterARestartIsRemoved() {
    GroupClient first = client();
    GroupClient gone = client();
    GroupClient.stabilize(server, first, gone);

    server.crash();
    server.pass(GroupClient.SESSION_MS - 1000);
    first.heartbeat();
    server.pass(2000);

    assertThat(first.heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
  }

  @Test
  void aReplacedStaticMemberIsRememberedAfterARestart() {
    GroupClient before = staticClient("i-1");
    GroupClient.stabilize(server, before);
    GroupClient after = staticClient("i-1").beginJoin();
    after.joined();

    server.crash();

    assertThat(after.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(before.heartbeat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
  }

  @Test
  void aStaticMemberReplacedDuringARebalanceIsRememberedAfterARestart() {
    GroupClient other = client();
    GroupClient before = staticClient("i-1");
    GroupClient.stabilize(server, other, before);
    GroupClient newcomer = client().beginJoin();
    GroupClient after = staticClient("i-1").beginJoin();
    other.beginJoin();
    assertThat(newcomer.joinError()).isEqualTo(Errors.NONE);
    assertThat(after.joinError()).isEqualTo(Errors.NONE);

    server.crash();

    assertThat(after.heartbeat()).as("joins again").isEqualTo(Errors.ILLEGAL_GENERATION);
    assertThat(before.heartbeat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
  }

  @Test
  void aGenerationHasOneAssignmentWhateverItsLeaderSendsTwice() {
    GroupClient leader = client();
    GroupClient follower = client();
    leader.beginJoin();
    follower.beginJoin();
    server.pass(1000);
    leader.joined();
    follower.joined();
    SyncGroupRequestData once = leader.syncRequest("once for ");
    SyncGroupRequestData twice = leader.syncRequest("twice for ");

    server.<SyncGroupResponseData>begin(r -> server.broker().groups().sync(once, r));
    server.<SyncGroupResponseData>begin(r -> server.broker().groups().sync(twice, r));
    server.settle();

    assertThat(leader.beginSync().assignment()).isEqualTo("once for " + leader.memberId);
    server.crash();
    assertThat(follower.beginSync().assignment()).isEqualTo("once for " + follower.memberId);
  }

  // ---- administration

  @Test
  void onlyEmptyGroupsCanBeDeleted() {
    GroupClient client = client();
    GroupClient.stabilize(server, client);
    assertThat(server.<Errors>ask(r -> server.broker().groups().delete("g", r)))
        .isEqualTo(Errors.NON_EMPTY_GROUP);

    client.leave();
    assertThat(server.<Errors>ask(r -> server.broker().groups().delete("g", r)))
        .isEqualTo(Errors.NONE);

    assertThat(server.<Errors>ask(r -> server.broker().groups().delete("g", r)))
        .isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    server.crash();
    assertThat(describe().groupState()).isEqualTo("Dead");
  }

  @Test
  void groupsOfAllShardsAreListed() {
    for (int i = 0; i < 8; i++) {
      GroupClient.stabilize(server, new GroupClient(server, "group-" + i));
    }

    List<ListedGroup> all = server.ask(reply -> server.broker().groups().list(reply));

    assertThat(all).hasSize(8).allMatch(each -> each.groupState().equals("Stable"));
    assertThat(all).allMatch(each -> each.protocolType().equals("consumer"));
  }
}

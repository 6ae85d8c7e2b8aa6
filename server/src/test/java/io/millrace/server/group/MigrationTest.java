package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.SteppedServer;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups that go from one protocol to the other, and those that do not. */
class MigrationTest {
  private SteppedServer server = new SteppedServer(21);

  @BeforeEach
  void topic() {
    server.createTopic(TopicSpec.topic("t", 4));
  }

  private void policy(MigrationPolicy policy) {
    server =
        new SteppedServer(
            22,
            ServerCoreConfig.DEFAULT.withGroup(
                GroupConfig.DEFAULT.withConsumer(
                    ConsumerGroupConfig.DEFAULT.withMigration(policy))));
    topic();
  }

  private ConsumerClient client() {
    return new ConsumerClient(server, "g").subscribe("t");
  }

  /** A classic group of one member, which has all four partitions. */
  private EmbeddedClient classicGroup() {
    EmbeddedClient member = new EmbeddedClient(server, "g", "t");
    member.beginJoin("range");
    server.pass(1_000);
    assertThat(member.sync()).isEqualTo(Errors.NONE);
    assertThat(member.owned).hasSize(4);
    return member;
  }

  private DescribedGroup classic() {
    return server.ask(reply -> server.broker().groups().describe("g", reply));
  }

  private ConsumerGroupDescribeResponseData.DescribedGroup consumer() {
    return server.ask(reply -> server.broker().groups().describeConsumer("g", reply));
  }

  /** Brings a classic member to where it is to be, as its client library does. */
  private static void follow(EmbeddedClient member) {
    for (int i = 0; i < 5 && member.heartbeat() == Errors.REBALANCE_IN_PROGRESS; i++) {
      assertThat(member.joinAndSync()).isEqualTo(Errors.NONE);
    }
  }

  private void mixed(EmbeddedClient old, ConsumerClient modern) {
    assertThat(modern.join()).isEqualTo(Errors.NONE);
    follow(old);
    modern.heartbeat();
    assertThat(old.owned).hasSize(2);
    assertThat(modern.owned).hasSize(2).doesNotContainAnyElementsOf(old.ownedIds());
  }

  // ---- what is refused

  @Test
  void aGroupStaysClassicWhereThePolicySaysSo() {
    policy(MigrationPolicy.DOWNGRADE);
    EmbeddedClient member = classicGroup();

    assertThat(client().join()).isEqualTo(Errors.GROUP_ID_NOT_FOUND);

    assertThat(member.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(classic().groupState()).isEqualTo("Stable");
  }

  @Test
  void aGroupThatIsEmptyIsConvertedWhateverThePolicy() {
    policy(MigrationPolicy.DISABLED);
    ConsumerClient modern = client();
    assertThat(modern.join()).isEqualTo(Errors.NONE);
    modern.leave();
    EmbeddedClient old = classicGroup();
    assertThat(old.generation).as("generations go on").isGreaterThan(modern.epoch);
    assertThat(consumer().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
  }

  @Test
  void aGroupOfOthersThanConsumersStaysClassic() {
    GroupClient connect = new GroupClient(server, "g");
    connect.protocolType = "connect";
    GroupClient.stabilize(server, connect);

    assertThat(client().join()).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    assertThat(connect.heartbeat()).isEqualTo(Errors.NONE);
  }

  @Test
  void aGroupWhoseMembersCannotBeReadStaysClassic() {
    GroupClient odd = new GroupClient(server, "g");
    GroupClient.stabilize(server, odd);

    assertThat(client().join()).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    assertThat(odd.heartbeat()).isEqualTo(Errors.NONE);
  }

  @Test
  void aGroupInARebalanceIsUpgradedLater() {
    EmbeddedClient member = classicGroup();
    EmbeddedClient second = new EmbeddedClient(server, "g", "t");
    second.beginJoin("range");

    assertThat(client().join()).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);

    member.beginJoin("range");
    assertThat(member.sync()).isEqualTo(Errors.NONE);
    assertThat(second.sync()).isEqualTo(Errors.NONE);
    assertThat(client().join()).isEqualTo(Errors.NONE);
  }

  @Test
  void classicMembersOfAnotherKindAreNotLetIn() {
    EmbeddedClient old = classicGroup();
    mixed(old, client());

    GroupClient connect = new GroupClient(server, "g");
    connect.protocolType = "connect";
    connect.beginJoin();
    assertThat(connect.joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
    EmbeddedClient other = new EmbeddedClient(server, "g", "t");
    JoinGroupResponseData answer = other.beginJoin("another").get();
    assertThat(Errors.forCode(answer.errorCode()))
        .as("it has no strategy in common with the classic member")
        .isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
  }

  // ---- what a mixed group goes through

  @Test
  void aMixedGroupGoesOnAfterARestart() {
    EmbeddedClient old = classicGroup();
    ConsumerClient modern = client();
    mixed(old, modern);
    server.crash();

    assertThat(old.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(modern.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(consumer().members())
        .extracting(member -> (int) member.memberType())
        .containsExactlyInAnyOrder(0, 1);
    old.generation++;
    assertThat(old.heartbeat()).isEqualTo(Errors.ILLEGAL_GENERATION);
  }

  @Test
  void aClassicMemberThatFallsSilentIsRemoved() {
    EmbeddedClient old = classicGroup();
    ConsumerClient modern = client();
    mixed(old, modern);

    server.pass(EmbeddedClient.SESSION_MS + 1_000);

    ConsumerClient.reconcile(modern);
    assertThat(modern.owned).hasSize(4);
    assertThat(old.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aClassicMemberThatDoesNotJoinAgainIsRemoved() {
    EmbeddedClient old = classicGroup();
    ConsumerClient modern = client();
    modern.join();

    for (int i = 0; i < 5; i++) {
      old.heartbeat();
      server.pass(EmbeddedClient.REBALANCE_MS / 4);
      modern.heartbeat();
    }

    ConsumerClient.reconcile(modern);
    assertThat(modern.owned).hasSize(4);
    assertThat(old.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void theLastMemberOfTheNewProtocolLeavesAClassicGroup() {
    EmbeddedClient old = classicGroup();
    ConsumerClient modern = client();
    mixed(old, modern);

    modern.leave();

    assertThat(classic().groupState()).isEqualTo("PreparingRebalance");
    assertThat(old.heartbeat()).as("in its generation").isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    assertThat(old.joinAndSync()).isEqualTo(Errors.NONE);
    assertThat(old.owned).hasSize(4);
    server.crash();
    assertThat(old.heartbeat()).isEqualTo(Errors.NONE);
    assertThat(classic().groupState()).isEqualTo("Stable");
  }

  @Test
  void aCrashAfterTheDowngradeLeavesAClassicGroup() {
    EmbeddedClient old = classicGroup();
    ConsumerClient modern = client();
    mixed(old, modern);
    modern.leave();
    server.crash();

    assertThat(classic().members()).hasSize(1);
    assertThat(old.heartbeat())
        .as("what the other had is to be shared out")
        .isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    assertThat(old.joinAndSync()).isEqualTo(Errors.NONE);
    assertThat(old.owned).hasSize(4);
    assertThat(client().join()).as("and up again").isEqualTo(Errors.NONE);
    follow(old);
    assertThat(old.owned).hasSize(2);
  }

  @Test
  void aGroupStaysAsItIsWhereThePolicySaysSo() {
    policy(MigrationPolicy.UPGRADE);
    EmbeddedClient old = classicGroup();
    ConsumerClient modern = client();
    mixed(old, modern);

    modern.leave();
    follow(old);

    assertThat(old.owned).hasSize(4);
    assertThat(consumer().members()).hasSize(1);
  }
}

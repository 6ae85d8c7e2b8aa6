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
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ShareGroupHeartbeatResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Share groups and settings of groups, as Kafka's own Admin sees and changes them. */
@Timeout(120)
final class ShareGroupAdminTest {
  private static final ConfigResource GROUP = new ConfigResource(ConfigResource.Type.GROUP, "s");
  private static final TopicPartition FIRST = new TopicPartition("t", 0);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @SuppressWarnings("NullAway.Init")
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    admin = server.admin();
    admin.createTopics(List.of(new NewTopic("t", 2, (short) 1))).all().get();
  }

  @AfterEach
  void stop() throws Exception {
    admin.close();
    server.close();
  }

  private void restart() throws Exception {
    stop();
    server = new RunningDoor(directory);
    admin = server.admin();
  }

  private ShareGroupHeartbeatResponseData heartbeat(int epoch) throws Exception {
    ShareGroupHeartbeatRequestData request =
        new ShareGroupHeartbeatRequestData()
            .setGroupId("s")
            .setMemberId("member")
            .setMemberEpoch(epoch);
    if (epoch == 0) {
      request.setSubscribedTopicNames(List.of("t"));
    }
    try (RawClient client = new RawClient(server.port())) {
      return ((ShareGroupHeartbeatResponse)
              client.ask(ApiKeys.SHARE_GROUP_HEARTBEAT, (short) 1, request))
          .data();
    }
  }

  private Map<TopicPartition, SharePartitionOffsetInfo> offsets() throws Exception {
    return admin
        .listShareGroupOffsets(Map.of("s", new ListShareGroupOffsetsSpec()))
        .partitionsToOffsetInfo("s")
        .get();
  }

  private void set(String name, String value) throws Exception {
    change(name, value, OpType.SET);
  }

  private void change(String name, String value, OpType how) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(GROUP, List.of(new AlterConfigOp(new ConfigEntry(name, value), how))))
        .all()
        .get();
  }

  private ConfigEntry setting(String name) throws Exception {
    Config config = admin.describeConfigs(List.of(GROUP)).all().get().get(GROUP);
    return Objects.requireNonNull(config).get(name);
  }

  @Test
  void describesListsMovesAndDeletesAShareGroup() throws Exception {
    ShareGroupHeartbeatResponseData joined = heartbeat(0);
    assertThat(joined.assignment().topicPartitions().get(0).partitions()).containsExactly(0, 1);
    ShareGroupDescription described = admin.describeShareGroups(List.of("s")).all().get().get("s");
    assertThat(described).isNotNull();
    assertThat(described.groupState()).isEqualTo(GroupState.STABLE);
    assertThat(described.members())
        .singleElement()
        .satisfies(
            member ->
                assertThat(member.assignment().topicPartitions())
                    .containsExactlyInAnyOrder(FIRST, new TopicPartition("t", 1)));
    assertThat(admin.listGroups(ListGroupsOptions.forShareGroups()).all().get())
        .extracting(GroupListing::groupId)
        .containsExactly("s");
    assertThat(admin.listGroups().all().get())
        .extracting(GroupListing::type)
        .containsExactly(Optional.of(GroupType.SHARE));
    assertThatThrownBy(() -> admin.deleteShareGroups(List.of("s")).all().get())
        .hasCauseInstanceOf(GroupNotEmptyException.class);
    assertThatThrownBy(() -> admin.alterShareGroupOffsets("s", Map.of(FIRST, 0L)).all().get())
        .hasCauseInstanceOf(GroupNotEmptyException.class);

    restart();
    assertThat(heartbeat(joined.memberEpoch()).errorCode()).as("still in it").isZero();
    assertThat(heartbeat(-1).errorCode()).isZero();
    assertThat(offsets()).hasSize(2);
    admin.alterShareGroupOffsets("s", Map.of(FIRST, 0L)).all().get();
    SharePartitionOffsetInfo first = Objects.requireNonNull(offsets().get(FIRST));
    assertThat(first.startOffset()).isZero();
    assertThat(first.lag()).contains(0L);
    admin.deleteShareGroupOffsets("s", Set.of("t")).all().get();
    assertThat(offsets()).isEmpty();
    admin.deleteShareGroups(List.of("s")).all().get();
    assertThat(admin.listGroups().all().get()).isEmpty();
  }

  @Test
  void settingsOfAGroupAreKeptAndAct() throws Exception {
    assertThat(setting("share.session.timeout.ms").source()).isEqualTo(ConfigSource.DEFAULT_CONFIG);
    set("share.heartbeat.interval.ms", "2500");
    set("share.auto.offset.reset", "by_duration:PT1H");
    restart();

    assertThat(setting("share.heartbeat.interval.ms").value()).isEqualTo("2500");
    assertThat(setting("share.heartbeat.interval.ms").isDefault()).isFalse();
    assertThat(heartbeat(0).heartbeatIntervalMs()).isEqualTo(2500);
    assertThat(
            admin
                .listConfigResources(
                    Set.of(ConfigResource.Type.GROUP), new ListConfigResourcesOptions())
                .all()
                .get())
        .containsExactly(GROUP);
    change("share.heartbeat.interval.ms", "", OpType.DELETE);
    assertThat(setting("share.heartbeat.interval.ms").value()).isEqualTo("5000");
    assertThat(setting("share.auto.offset.reset").value()).isEqualTo("by_duration:PT1H");
  }

  @Test
  void wrongSettingsAreRefused() {
    for (String[] wrong :
        new String[][] {
          {"share.no.such", "1"},
          {"share.session.timeout.ms", "1"},
          {"share.heartbeat.interval.ms", "45000"},
          {"share.auto.offset.reset", "by_duration:-PT1H"},
          {"share.auto.offset.reset", "by_duration:soon"},
          {"share.auto.offset.reset", "middle"},
          {"share.isolation.level", "serializable"},
          {"share.delivery.count.limit", "0"},
          {"share.renew.acknowledge.enable", "perhaps"},
          {"errors.deadletterqueue.topic.name", "a b"},
        }) {
      assertThatThrownBy(() -> set(wrong[0], wrong[1]))
          .as(wrong[0] + "=" + wrong[1])
          .hasCauseInstanceOf(InvalidConfigurationException.class);
    }
    assertThatThrownBy(() -> change("share.isolation.level", "x", OpType.APPEND))
        .hasCauseInstanceOf(InvalidConfigurationException.class);
  }
}

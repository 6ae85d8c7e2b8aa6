package io.millrace.server.door.kafka.access;

import io.millrace.server.door.kafka.api.AnswerElements;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData.AlterShareGroupOffsetsResponsePartition;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData.AlterShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData.DeleteShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData.DeleteShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponsePartition;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.AlterShareGroupOffsetsResponse;
import org.apache.kafka.common.requests.DeleteShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.DeleteShareGroupOffsetsResponse;
import org.apache.kafka.common.requests.DescribeShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.DescribeShareGroupOffsetsResponse;
import org.apache.kafka.common.requests.ShareAcknowledgeRequest;
import org.apache.kafka.common.requests.ShareFetchRequest;
import org.apache.kafka.common.requests.ShareGroupDescribeRequest;
import org.apache.kafka.common.requests.ShareGroupDescribeResponse;
import org.apache.kafka.common.requests.ShareGroupHeartbeatRequest;
import org.jspecify.annotations.Nullable;

/** Before share groups and where they are (KIP-932). */
final class ShareGuards {
  private static final short TOPIC_DENIED = Errors.TOPIC_AUTHORIZATION_FAILED.code();
  private static final short GROUP_DENIED = Errors.GROUP_AUTHORIZATION_FAILED.code();

  private ShareGuards() {}

  static void putInto(GuardTable table) {
    table.put(
        ApiKeys.SHARE_GROUP_HEARTBEAT, ShareGroupHeartbeatRequest.class, ShareGuards::heartbeat);
    table.put(
        ApiKeys.SHARE_FETCH,
        ShareFetchRequest.class,
        (request, exchange, grants) -> mayRead(request.data().groupId(), exchange, grants));
    table.put(
        ApiKeys.SHARE_ACKNOWLEDGE,
        ShareAcknowledgeRequest.class,
        (request, exchange, grants) -> mayRead(request.data().groupId(), exchange, grants));
    table.put(ApiKeys.SHARE_GROUP_DESCRIBE, ShareGroupDescribeRequest.class, ShareGuards::describe);
    table.put(
        ApiKeys.DESCRIBE_SHARE_GROUP_OFFSETS,
        DescribeShareGroupOffsetsRequest.class,
        ShareGuards::describeOffsets);
    table.put(
        ApiKeys.ALTER_SHARE_GROUP_OFFSETS,
        AlterShareGroupOffsetsRequest.class,
        ShareGuards::alterOffsets);
    table.put(
        ApiKeys.DELETE_SHARE_GROUP_OFFSETS,
        DeleteShareGroupOffsetsRequest.class,
        ShareGuards::deleteOffsets);
  }

  /** The partitions of a share fetch are those of its session: see {@link GuardTable}. */
  private static boolean mayRead(@Nullable String group, Exchange exchange, Grants grants) {
    return Denials.group(exchange, grants, Operation.READ, group == null ? "" : group);
  }

  private static boolean heartbeat(
      ShareGroupHeartbeatRequest request, Exchange exchange, Grants grants) {
    if (!Denials.group(exchange, grants, Operation.READ, request.data().groupId())) {
      return false;
    }
    List<String> topics = request.data().subscribedTopicNames();
    boolean allSeen =
        topics == null
            || topics.stream().allMatch(topic -> Denials.topic(grants, Operation.DESCRIBE, topic));
    return allSeen || Denials.refuse(exchange, Errors.TOPIC_AUTHORIZATION_FAILED);
  }

  private static boolean describe(
      ShareGroupDescribeRequest request, Exchange exchange, Grants grants) {
    List<String> denied =
        Denials.takeOut(
            request.data().groupIds(),
            group -> grants.allows(Operation.DESCRIBE, ResourceType.GROUP, group));
    exchange.amend(
        answer -> {
          var data = ((ShareGroupDescribeResponse) answer).data();
          data.groups().forEach(group -> hide(group, grants));
          data.setGroups(
              Denials.joined(
                  data.groups(),
                  denied.stream()
                      .map(id -> new DescribedGroup().setGroupId(id).setErrorCode(GROUP_DENIED))
                      .toList()));
        });
    return true;
  }

  /** Members of a group with topics that the client may not see are not shown at all. */
  private static void hide(DescribedGroup group, Grants grants) {
    if (group.authorizedOperations() != ClusterOperations.NOT_ASKED) {
      group.setAuthorizedOperations(
          group.authorizedOperations() & grants.operations(ResourceType.GROUP, group.groupId()));
    }
    boolean allSeen =
        group.members().stream()
            .flatMap(member -> member.assignment().topicPartitions().stream())
            .allMatch(topic -> Denials.sees(grants, topic.topicName()));
    if (!allSeen) {
      group
          .setErrorCode(TOPIC_DENIED)
          .setErrorMessage("the group has topics that may not be described")
          .setMembers(List.of());
    }
  }

  // ---- offsets

  private static boolean describeOffsets(
      DescribeShareGroupOffsetsRequest request, Exchange exchange, Grants grants) {
    List<DescribeShareGroupOffsetsRequestGroup> deniedGroups =
        Denials.takeOut(
            request.data().groups(),
            group -> grants.allows(Operation.DESCRIBE, ResourceType.GROUP, group.groupId()));
    Map<String, List<DescribeShareGroupOffsetsResponseTopic>> deniedTopics = new HashMap<>();
    for (DescribeShareGroupOffsetsRequestGroup group : request.data().groups()) {
      List<DescribeShareGroupOffsetsRequestTopic> topics = group.topics();
      if (topics != null) {
        deniedTopics
            .computeIfAbsent(group.groupId(), id -> new ArrayList<>())
            .addAll(
                Denials.takeOut(
                        topics,
                        topic -> Denials.topic(grants, Operation.DESCRIBE, topic.topicName()))
                    .stream()
                    .map(ShareGuards::refused)
                    .toList());
      }
    }
    exchange.amend(
        answer -> {
          var data = ((DescribeShareGroupOffsetsResponse) answer).data();
          for (DescribeShareGroupOffsetsResponseGroup group : data.groups()) {
            List<DescribeShareGroupOffsetsResponseTopic> topics = new ArrayList<>();
            group.topics().stream()
                .filter(topic -> Denials.sees(grants, topic.topicName()))
                .forEach(topics::add);
            List<DescribeShareGroupOffsetsResponseTopic> refused =
                deniedTopics.remove(group.groupId());
            if (refused != null && group.errorCode() == Errors.NONE.code()) {
              topics.addAll(refused);
            }
            group.setTopics(topics);
          }
          data.setGroups(
              Denials.joined(
                  data.groups(),
                  deniedGroups.stream()
                      .map(
                          group ->
                              new DescribeShareGroupOffsetsResponseGroup()
                                  .setGroupId(group.groupId())
                                  .setErrorCode(GROUP_DENIED))
                      .toList()));
        });
    return true;
  }

  private static DescribeShareGroupOffsetsResponseTopic refused(
      DescribeShareGroupOffsetsRequestTopic topic) {
    return new DescribeShareGroupOffsetsResponseTopic()
        .setTopicName(topic.topicName())
        .setPartitions(
            topic.partitions().stream()
                .map(
                    partition ->
                        new DescribeShareGroupOffsetsResponsePartition()
                            .setPartitionIndex(partition)
                            .setStartOffset(-1)
                            .setErrorCode(TOPIC_DENIED))
                .toList());
  }

  private static boolean alterOffsets(
      AlterShareGroupOffsetsRequest request, Exchange exchange, Grants grants) {
    if (!Denials.group(exchange, grants, Operation.READ, request.data().groupId())) {
      return false;
    }
    List<AlterShareGroupOffsetsRequestTopic> denied =
        Denials.takeOut(
            request.data().topics(),
            topic -> Denials.topic(grants, Operation.READ, topic.topicName()));
    if (!denied.isEmpty()) {
      exchange.amend(
          answer -> {
            var data = ((AlterShareGroupOffsetsResponse) answer).data();
            for (AlterShareGroupOffsetsRequestTopic topic : denied) {
              AlterShareGroupOffsetsResponseTopic refused =
                  AnswerElements.topicOfAlteredShareOffsets().setTopicName(topic.topicName());
              topic
                  .partitions()
                  .forEach(
                      partition ->
                          refused
                              .partitions()
                              .add(
                                  new AlterShareGroupOffsetsResponsePartition()
                                      .setPartitionIndex(partition.partitionIndex())
                                      .setErrorCode(TOPIC_DENIED)));
              data.responses().add(refused);
            }
          });
    }
    return true;
  }

  private static boolean deleteOffsets(
      DeleteShareGroupOffsetsRequest request, Exchange exchange, Grants grants) {
    if (!Denials.group(exchange, grants, Operation.DELETE, request.data().groupId())) {
      return false;
    }
    List<DeleteShareGroupOffsetsRequestTopic> denied =
        Denials.takeOut(
            request.data().topics(),
            topic -> Denials.topic(grants, Operation.READ, topic.topicName()));
    if (!denied.isEmpty()) {
      exchange.amend(
          answer ->
              denied.forEach(
                  topic ->
                      ((DeleteShareGroupOffsetsResponse) answer)
                          .data()
                          .responses()
                          .add(
                              new DeleteShareGroupOffsetsResponseTopic()
                                  .setTopicName(topic.topicName())
                                  .setErrorCode(TOPIC_DENIED))));
    }
    return true;
  }
}

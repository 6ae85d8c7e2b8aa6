package io.millrace.server.door.kafka.access;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.door.kafka.api.AnswerElements;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.ConsumerGroupDescribeResponse;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.DeleteGroupsRequest;
import org.apache.kafka.common.requests.DeleteGroupsResponse;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsResponse;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.ListGroupsResponse;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.OffsetDeleteResponse;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.common.requests.SyncGroupRequest;

/** Before consumer groups and their offsets. */
final class GroupGuards {
  private static final short TOPIC_DENIED = Errors.TOPIC_AUTHORIZATION_FAILED.code();
  private static final short GROUP_DENIED = Errors.GROUP_AUTHORIZATION_FAILED.code();

  private final CatalogView catalog;

  GroupGuards(CatalogView catalog) {
    this.catalog = catalog;
  }

  void putInto(GuardTable table) {
    table.put(ApiKeys.FIND_COORDINATOR, FindCoordinatorRequest.class, GroupGuards::findCoordinator);
    table.put(
        ApiKeys.JOIN_GROUP,
        JoinGroupRequest.class,
        (request, exchange, grants) ->
            Denials.group(exchange, grants, Operation.READ, request.data().groupId()));
    table.put(
        ApiKeys.SYNC_GROUP,
        SyncGroupRequest.class,
        (request, exchange, grants) ->
            Denials.group(exchange, grants, Operation.READ, request.data().groupId()));
    table.put(
        ApiKeys.HEARTBEAT,
        HeartbeatRequest.class,
        (request, exchange, grants) ->
            Denials.group(exchange, grants, Operation.READ, request.data().groupId()));
    table.put(
        ApiKeys.LEAVE_GROUP,
        LeaveGroupRequest.class,
        (request, exchange, grants) ->
            Denials.group(exchange, grants, Operation.READ, request.data().groupId()));
    table.put(
        ApiKeys.CONSUMER_GROUP_HEARTBEAT,
        ConsumerGroupHeartbeatRequest.class,
        GroupGuards::consumerHeartbeat);
    table.put(
        ApiKeys.CONSUMER_GROUP_DESCRIBE,
        ConsumerGroupDescribeRequest.class,
        GroupGuards::describeConsumers);
    table.put(ApiKeys.OFFSET_COMMIT, OffsetCommitRequest.class, this::commit);
    table.put(ApiKeys.OFFSET_FETCH, OffsetFetchRequest.class, this::fetch);
    table.put(ApiKeys.OFFSET_DELETE, OffsetDeleteRequest.class, GroupGuards::deleteOffsets);
    table.put(ApiKeys.DESCRIBE_GROUPS, DescribeGroupsRequest.class, GroupGuards::describe);
    table.put(ApiKeys.LIST_GROUPS, ListGroupsRequest.class, GroupGuards::list);
    table.put(ApiKeys.DELETE_GROUPS, DeleteGroupsRequest.class, GroupGuards::delete);
  }

  private static boolean findCoordinator(
      FindCoordinatorRequest request, Exchange exchange, Grants grants) {
    byte type = request.data().keyType();
    Errors error =
        type == CoordinatorType.TRANSACTION.id()
            ? Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
            : Errors.GROUP_AUTHORIZATION_FAILED;
    if (request.version() < FindCoordinatorRequest.MIN_BATCHED_VERSION) {
      return mayFind(grants, type, request.data().key()) || Denials.refuse(exchange, error);
    }
    List<String> denied =
        Denials.takeOut(request.data().coordinatorKeys(), key -> mayFind(grants, type, key));
    if (!denied.isEmpty()) {
      List<Coordinator> refused =
          denied.stream()
              .map(
                  key ->
                      new Coordinator()
                          .setKey(key)
                          .setNodeId(-1)
                          .setPort(-1)
                          .setErrorCode(error.code())
                          .setErrorMessage(error.message()))
              .toList();
      exchange.amend(
          answer -> {
            var data = ((FindCoordinatorResponse) answer).data();
            data.setCoordinators(Denials.joined(data.coordinators(), refused));
          });
    }
    return true;
  }

  private static boolean mayFind(Grants grants, byte type, String key) {
    return grants.allows(
        Operation.DESCRIBE,
        type == CoordinatorType.TRANSACTION.id()
            ? ResourceType.TRANSACTIONAL_ID
            : ResourceType.GROUP,
        key);
  }

  private boolean commit(OffsetCommitRequest request, Exchange exchange, Grants grants) {
    if (!Denials.group(exchange, grants, Operation.READ, request.data().groupId())) {
      return false;
    }
    List<OffsetCommitRequestTopic> denied =
        Denials.takeOut(
            request.data().topics(),
            topic ->
                Denials.topic(
                    grants,
                    Operation.READ,
                    Denials.nameOf(catalog, topic.topicId(), topic.name())));
    if (denied.isEmpty()) {
      return true;
    }
    List<OffsetCommitResponseTopic> refused = denied.stream().map(GroupGuards::refused).toList();
    if (request.data().topics().isEmpty()) {
      exchange.reply(new OffsetCommitResponse(new OffsetCommitResponseData().setTopics(refused)));
      return false;
    }
    exchange.amend(
        answer -> {
          var data = ((OffsetCommitResponse) answer).data();
          data.setTopics(Denials.joined(data.topics(), refused));
        });
    return true;
  }

  private static OffsetCommitResponseTopic refused(OffsetCommitRequestTopic topic) {
    return new OffsetCommitResponseTopic()
        .setName(topic.name())
        .setTopicId(topic.topicId())
        .setPartitions(
            topic.partitions().stream()
                .map(
                    partition ->
                        new OffsetCommitResponsePartition()
                            .setPartitionIndex(partition.partitionIndex())
                            .setErrorCode(TOPIC_DENIED))
                .toList());
  }

  // ---- the new protocol

  /** What a pattern matches is not known here: what is fetched of it is checked then. */
  private static boolean consumerHeartbeat(
      ConsumerGroupHeartbeatRequest request, Exchange exchange, Grants grants) {
    if (!Denials.group(exchange, grants, Operation.READ, request.data().groupId())) {
      return false;
    }
    List<String> topics = request.data().subscribedTopicNames();
    boolean allSeen =
        topics == null
            || topics.stream().allMatch(topic -> Denials.topic(grants, Operation.DESCRIBE, topic));
    return allSeen || Denials.refuse(exchange, Errors.TOPIC_AUTHORIZATION_FAILED);
  }

  private static boolean describeConsumers(
      ConsumerGroupDescribeRequest request, Exchange exchange, Grants grants) {
    List<String> denied =
        Denials.takeOut(
            request.data().groupIds(),
            group -> grants.allows(Operation.DESCRIBE, ResourceType.GROUP, group));
    exchange.amend(
        answer -> {
          var data = ((ConsumerGroupDescribeResponse) answer).data();
          for (ConsumerGroupDescribeResponseData.DescribedGroup group : data.groups()) {
            hide(group, grants);
          }
          data.setGroups(
              Denials.joined(
                  data.groups(),
                  denied.stream()
                      .map(
                          id ->
                              new ConsumerGroupDescribeResponseData.DescribedGroup()
                                  .setGroupId(id)
                                  .setErrorCode(GROUP_DENIED))
                      .toList()));
        });
    return true;
  }

  /** Members of a group with topics that the client may not see are not shown at all (KIP-848). */
  private static void hide(ConsumerGroupDescribeResponseData.DescribedGroup group, Grants grants) {
    if (group.authorizedOperations() != ClusterOperations.NOT_ASKED) {
      group.setAuthorizedOperations(
          group.authorizedOperations() & grants.operations(ResourceType.GROUP, group.groupId()));
    }
    boolean allSeen =
        group.members().stream()
            .flatMap(member -> Stream.of(member.assignment(), member.targetAssignment()))
            .flatMap(assignment -> assignment.topicPartitions().stream())
            .allMatch(topic -> Denials.sees(grants, topic.topicName()));
    if (!allSeen) {
      group
          .setErrorCode(TOPIC_DENIED)
          .setErrorMessage("the group has topics that may not be described")
          .setMembers(List.of());
    }
  }

  // ---- committed offsets

  private boolean fetch(OffsetFetchRequest request, Exchange exchange, Grants grants) {
    return request.version() < OffsetFetchRequest.BATCH_MIN_VERSION
        ? fetchOne(request, exchange, grants)
        : fetchSeveral(request, exchange, grants);
  }

  private static boolean fetchOne(OffsetFetchRequest request, Exchange exchange, Grants grants) {
    if (!Denials.group(exchange, grants, Operation.DESCRIBE, request.data().groupId())) {
      return false;
    }
    List<OffsetFetchRequestTopic> asked = request.data().topics();
    List<OffsetFetchRequestTopic> denied =
        asked == null
            ? List.of()
            : Denials.takeOut(
                asked, topic -> Denials.topic(grants, Operation.DESCRIBE, topic.name()));
    exchange.amend(
        answer -> {
          OffsetFetchResponseData data = ((OffsetFetchResponse) answer).data();
          List<OffsetFetchResponseTopic> topics = new ArrayList<>();
          data.topics().stream()
              .filter(topic -> Denials.sees(grants, topic.name()))
              .forEach(topics::add);
          denied.forEach(topic -> topics.add(refused(topic)));
          data.setTopics(topics);
        });
    return true;
  }

  private static OffsetFetchResponseTopic refused(OffsetFetchRequestTopic topic) {
    return new OffsetFetchResponseTopic()
        .setName(topic.name())
        .setPartitions(
            topic.partitionIndexes().stream()
                .map(
                    partition ->
                        new OffsetFetchResponsePartition()
                            .setPartitionIndex(partition)
                            .setCommittedOffset(OffsetFetchResponse.INVALID_OFFSET)
                            .setMetadata(OffsetFetchResponse.NO_METADATA)
                            .setErrorCode(TOPIC_DENIED))
                .toList());
  }

  private boolean fetchSeveral(OffsetFetchRequest request, Exchange exchange, Grants grants) {
    List<OffsetFetchRequestGroup> deniedGroups =
        Denials.takeOut(
            request.data().groups(),
            group -> grants.allows(Operation.DESCRIBE, ResourceType.GROUP, group.groupId()));
    Map<String, List<OffsetFetchResponseTopics>> deniedTopics = new HashMap<>();
    for (OffsetFetchRequestGroup group : request.data().groups()) {
      if (group.topics() != null) {
        List<OffsetFetchRequestTopics> denied =
            Denials.takeOut(
                group.topics(),
                topic ->
                    Denials.topic(
                        grants,
                        Operation.DESCRIBE,
                        Denials.nameOf(catalog, topic.topicId(), topic.name())));
        if (!denied.isEmpty()) {
          deniedTopics
              .computeIfAbsent(group.groupId(), id -> new ArrayList<>())
              .addAll(denied.stream().map(GroupGuards::refused).toList());
        }
      }
    }
    exchange.amend(
        answer -> {
          OffsetFetchResponseData data = ((OffsetFetchResponse) answer).data();
          for (OffsetFetchResponseGroup group : data.groups()) {
            List<OffsetFetchResponseTopics> topics = new ArrayList<>();
            group.topics().stream().filter(topic -> sees(grants, topic)).forEach(topics::add);
            List<OffsetFetchResponseTopics> refused = deniedTopics.remove(group.groupId());
            if (refused != null) {
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
                              new OffsetFetchResponseGroup()
                                  .setGroupId(group.groupId())
                                  .setErrorCode(GROUP_DENIED))
                      .toList()));
        });
    return true;
  }

  private boolean sees(Grants grants, OffsetFetchResponseTopics topic) {
    String name = Denials.nameOf(catalog, topic.topicId(), topic.name());
    return name == null || name.isEmpty() || Denials.sees(grants, name);
  }

  private static OffsetFetchResponseTopics refused(OffsetFetchRequestTopics topic) {
    return new OffsetFetchResponseTopics()
        .setName(topic.name())
        .setTopicId(topic.topicId())
        .setPartitions(
            topic.partitionIndexes().stream()
                .map(
                    partition ->
                        new OffsetFetchResponsePartitions()
                            .setPartitionIndex(partition)
                            .setCommittedOffset(OffsetFetchResponse.INVALID_OFFSET)
                            .setMetadata(OffsetFetchResponse.NO_METADATA)
                            .setErrorCode(TOPIC_DENIED))
                .toList());
  }

  private static boolean deleteOffsets(
      OffsetDeleteRequest request, Exchange exchange, Grants grants) {
    if (!Denials.group(exchange, grants, Operation.DELETE, request.data().groupId())) {
      return false;
    }
    List<OffsetDeleteRequestTopic> denied =
        Denials.takeOut(
            request.data().topics(), topic -> Denials.topic(grants, Operation.READ, topic.name()));
    if (!denied.isEmpty()) {
      exchange.amend(
          answer -> {
            for (OffsetDeleteRequestTopic topic : denied) {
              OffsetDeleteResponseTopic refused =
                  AnswerElements.topicOfDeletedOffsets().setName(topic.name());
              topic
                  .partitions()
                  .forEach(
                      partition ->
                          refused
                              .partitions()
                              .add(
                                  new OffsetDeleteResponsePartition()
                                      .setPartitionIndex(partition.partitionIndex())
                                      .setErrorCode(TOPIC_DENIED)));
              ((OffsetDeleteResponse) answer).data().topics().add(refused);
            }
          });
    }
    return true;
  }

  // ---- administration

  private static boolean describe(DescribeGroupsRequest request, Exchange exchange, Grants grants) {
    List<String> denied =
        Denials.takeOut(
            request.data().groups(),
            group -> grants.allows(Operation.DESCRIBE, ResourceType.GROUP, group));
    exchange.amend(
        answer -> {
          var data = ((DescribeGroupsResponse) answer).data();
          for (DescribedGroup group : data.groups()) {
            if (group.authorizedOperations() != ClusterOperations.NOT_ASKED) {
              group.setAuthorizedOperations(
                  group.authorizedOperations()
                      & grants.operations(ResourceType.GROUP, group.groupId()));
            }
          }
          data.setGroups(
              Denials.joined(
                  data.groups(),
                  denied.stream()
                      .map(id -> new DescribedGroup().setGroupId(id).setErrorCode(GROUP_DENIED))
                      .toList()));
        });
    return true;
  }

  private static boolean list(ListGroupsRequest request, Exchange exchange, Grants grants) {
    if (grants.sees(Operation.DESCRIBE, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME)) {
      return true;
    }
    exchange.amend(
        answer -> {
          var data = ((ListGroupsResponse) answer).data();
          data.setGroups(
              data.groups().stream()
                  .filter(
                      group -> grants.sees(Operation.DESCRIBE, ResourceType.GROUP, group.groupId()))
                  .toList());
        });
    return true;
  }

  private static boolean delete(DeleteGroupsRequest request, Exchange exchange, Grants grants) {
    List<String> denied =
        Denials.takeOut(
            request.data().groupsNames(),
            group -> grants.allows(Operation.DELETE, ResourceType.GROUP, group));
    if (!denied.isEmpty()) {
      exchange.amend(
          answer ->
              denied.forEach(
                  group ->
                      ((DeleteGroupsResponse) answer)
                          .data()
                          .results()
                          .add(
                              AnswerElements.deletedGroup()
                                  .setGroupId(group)
                                  .setErrorCode(GROUP_DENIED))));
    }
    return true;
  }
}

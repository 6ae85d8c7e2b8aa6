package io.millrace.server.door.admin.adapter;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.admin.port.GroupDetail;
import io.millrace.server.door.admin.port.GroupDetail.Member;
import io.millrace.server.door.admin.port.GroupDetail.PartitionName;
import io.millrace.server.door.admin.port.GroupDetail.Position;
import io.millrace.server.door.admin.port.GroupSummary;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.door.admin.port.RefusedException.Reason;
import io.millrace.server.partition.PartitionView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.types.SchemaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka's groups, in the admin door's words. Any thread. */
final class GroupsAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(GroupsAdapter.class);
  private static final String CONSUMER = "consumer";

  private final Broker broker;

  GroupsAdapter(Broker broker) {
    this.broker = broker;
  }

  CompletionStage<List<GroupSummary>> list() {
    return Futures.<List<ListedGroup>>ask(reply -> broker.groups().list(reply))
        .thenApply(
            groups ->
                groups.stream()
                    .map(g -> new GroupSummary(g.groupId(), g.groupState(), g.protocolType()))
                    .toList());
  }

  CompletionStage<GroupDetail> describe(String id) {
    OffsetFetchRequestGroup all = new OffsetFetchRequestGroup().setGroupId(id).setTopics(null);
    return Futures.<DescribedGroup>ask(reply -> broker.groups().describe(id, reply))
        .thenCompose(
            found ->
                found.errorCode() == Errors.GROUP_ID_NOT_FOUND.code()
                    ? describeConsumer(id)
                    : CompletableFuture.completedStage(Described.of(found)))
        .thenCombine(
            Futures.<OffsetFetchResponseGroup>ask(
                reply -> broker.groups().fetch(all, false, reply)),
            this::detail);
  }

  private CompletionStage<Described> describeConsumer(String id) {
    return Futures.<ConsumerGroupDescribeResponseData.DescribedGroup>ask(
            reply -> broker.groups().describeConsumer(id, reply))
        .thenApply(Described::of);
  }

  /** A group of either protocol. */
  private record Described(
      Errors error,
      String id,
      String state,
      String protocolType,
      String protocol,
      List<Member> members) {

    static Described of(DescribedGroup group) {
      return new Described(
          Errors.forCode(group.errorCode()),
          group.groupId(),
          group.groupState(),
          group.protocolType(),
          group.protocolData(),
          group.members().stream().map(member -> member(group, member)).toList());
    }

    static Described of(ConsumerGroupDescribeResponseData.DescribedGroup group) {
      return new Described(
          Errors.forCode(group.errorCode()),
          group.groupId(),
          group.groupState(),
          CONSUMER,
          group.assignorName(),
          group.members().stream().map(GroupsAdapter::member).toList());
    }
  }

  private static Member member(ConsumerGroupDescribeResponseData.Member member) {
    List<PartitionName> assigned = new ArrayList<>();
    member
        .assignment()
        .topicPartitions()
        .forEach(
            topic ->
                topic
                    .partitions()
                    .forEach(index -> assigned.add(new PartitionName(topic.topicName(), index))));
    return new Member(
        member.memberId(), member.instanceId(), member.clientId(), member.clientHost(), assigned);
  }

  private GroupDetail detail(Described group, OffsetFetchResponseGroup offsets) {
    check(group.error(), group.id());
    List<Position> positions = new ArrayList<>();
    offsets
        .topics()
        .forEach(
            topic ->
                topic
                    .partitions()
                    .forEach(committed -> positions.add(position(topic.name(), committed))));
    positions.sort(Comparator.comparing(Position::topic).thenComparingInt(Position::partition));
    return new GroupDetail(
        group.id(),
        group.state(),
        group.protocolType(),
        group.protocol(),
        group.members(),
        positions);
  }

  private Position position(String topicName, OffsetFetchResponsePartitions committed) {
    int index = committed.partitionIndex();
    Topic topic = broker.catalog().find(topicName);
    PartitionView view =
        topic == null || !topic.hasPartition(index)
            ? null
            : broker.partition(topic.partition(index));
    long end = view == null ? -1 : view.highWatermark();
    long offset = committed.committedOffset();
    return new Position(
        topicName,
        index,
        offset,
        end,
        end < 0 || offset < 0 ? -1 : Math.max(0, end - offset),
        committed.metadata() == null ? "" : committed.metadata());
  }

  private static Member member(DescribedGroup group, DescribedGroupMember member) {
    return new Member(
        member.memberId(),
        member.groupInstanceId(),
        member.clientId(),
        member.clientHost(),
        group.protocolType().equals(CONSUMER) ? assignment(member.memberAssignment()) : List.of());
  }

  private static List<PartitionName> assignment(byte[] bytes) {
    if (bytes.length == 0) {
      return List.of();
    }
    try {
      return ConsumerProtocol.deserializeAssignment(ByteBuffer.wrap(bytes)).partitions().stream()
          .map(partition -> new PartitionName(partition.topic(), partition.partition()))
          .toList();
    } catch (SchemaException e) {
      LOG.debug("an assignment that cannot be read: {}", e.getMessage());
      return List.of();
    }
  }

  CompletionStage<Void> delete(String id) {
    return Futures.<Errors>ask(reply -> broker.groups().delete(id, reply))
        .thenAccept(error -> check(error, id));
  }

  private static void check(Errors error, String id) {
    switch (error) {
      case NONE -> {}
      case GROUP_ID_NOT_FOUND ->
          throw new RefusedException(Reason.NOT_FOUND, "There is no group '" + id + "'.");
      case NON_EMPTY_GROUP ->
          throw new RefusedException(
              Reason.CONFLICT, "Group '" + id + "' has members; stop its consumers first.");
      default -> throw new RefusedException(Reason.UNAVAILABLE, error.message());
    }
  }
}

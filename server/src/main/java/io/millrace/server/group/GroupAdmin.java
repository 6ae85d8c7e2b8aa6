package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Shard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What administrators ask of groups. The shard's thread. */
final class GroupAdmin {
  private static final Logger LOG = LoggerFactory.getLogger(GroupAdmin.class);
  private static final String CLASSIC = "classic";
  private static final String CONSUMER = "consumer";
  private static final String SHARE = "share";

  private final Shard<?> shard;
  private final CatalogView catalog;
  private final TopicPatterns patterns;

  GroupAdmin(Shard<?> shard, CatalogView catalog, TopicPatterns patterns) {
    this.shard = shard;
    this.catalog = catalog;
    this.patterns = patterns;
  }

  static ListedGroup list(Group group) {
    if (group.isShare()) {
      return new ListedGroup()
          .setGroupId(group.id())
          .setProtocolType(SHARE)
          .setGroupState(group.share().state().wireName())
          .setGroupType(SHARE);
    }
    if (group.isConsumer()) {
      return new ListedGroup()
          .setGroupId(group.id())
          .setProtocolType(EmbeddedProtocol.TYPE)
          .setGroupState(group.consumer().state().wireName())
          .setGroupType(CONSUMER);
    }
    ClassicGroup classic = group.classic();
    return new ListedGroup()
        .setGroupId(group.id())
        .setProtocolType(orEmpty(classic.protocolType()))
        .setGroupState(classic.state().wireName())
        .setGroupType(CLASSIC);
  }

  /** A classic group. */
  static DescribedGroup describe(Group group) {
    ClassicGroup classic = group.classic();
    boolean stable = classic.is(GroupState.STABLE);
    DescribedGroup described =
        new DescribedGroup()
            .setGroupId(group.id())
            .setGroupState(classic.state().wireName())
            .setProtocolType(orEmpty(classic.protocolType()))
            .setProtocolData(stable ? orEmpty(classic.protocolName()) : "");
    for (Member member : classic.members()) {
      described
          .members()
          .add(
              new DescribedGroupMember()
                  .setMemberId(member.id())
                  .setGroupInstanceId(member.instanceId())
                  .setClientId(member.clientId())
                  .setClientHost(member.clientHost())
                  .setMemberMetadata(
                      (stable ? member.metadata(classic.protocolName()) : Opaque.EMPTY).bytes())
                  .setMemberAssignment((stable ? member.assignment() : Opaque.EMPTY).bytes()));
    }
    return described;
  }

  /** Deletes a group that has no members, with its offsets, also those of open transactions. */
  Errors delete(Group group) {
    if (group.isConsumer()) {
      return deleteConsumer(group);
    }
    ClassicGroup classic = group.classic();
    if (!classic.is(GroupState.EMPTY)) {
      return classic.is(GroupState.DEAD) ? Errors.GROUP_ID_NOT_FOUND : Errors.NON_EMPTY_GROUP;
    }
    classic.cancelTimers();
    classic.transitionTo(GroupState.DEAD, "deleted", shard.clock().wallMs());
    shard.record(new GroupDeletedRecord(group.id()));
    return Errors.NONE;
  }

  private Errors deleteConsumer(Group group) {
    if (group.hasMembers()) {
      return Errors.NON_EMPTY_GROUP;
    }
    group.cancelTimers();
    shard.record(new GroupDeletedRecord(group.id()));
    return Errors.NONE;
  }

  /** Deletes offsets, committed and pending, of topics that no member reads. */
  OffsetDeleteResponseData deleteOffsets(Group group, OffsetDeleteRequestData data) {
    OffsetDeleteResponseData answer = new OffsetDeleteResponseData();
    Predicate<String> isSubscribed;
    if (!group.hasMembers()) {
      isSubscribed = topic -> false;
    } else if (group.isConsumer()) {
      isSubscribed = topic -> isRead(group.consumer(), topic);
    } else if (EmbeddedProtocol.TYPE.equals(group.classic().protocolType())) {
      isSubscribed = subscription(group.classic());
    } else {
      return answer.setErrorCode(Errors.NON_EMPTY_GROUP.code());
    }
    List<LogId> deleted = new ArrayList<>();
    for (OffsetDeleteRequestTopic each : data.topics()) {
      Topic topic = catalog.find(each.name());
      OffsetDeleteResponseTopic answered = new OffsetDeleteResponseTopic().setName(each.name());
      each.partitions()
          .forEach(
              partition -> {
                int index = partition.partitionIndex();
                Errors error = Errors.NONE;
                if (isSubscribed.test(each.name())) {
                  error = Errors.GROUP_SUBSCRIBED_TO_TOPIC;
                } else if (topic == null || !topic.hasPartition(index)) {
                  error = Errors.UNKNOWN_TOPIC_OR_PARTITION;
                } else if (group.hasOffset(topic.partition(index))) {
                  deleted.add(topic.partition(index));
                }
                answered
                    .partitions()
                    .add(
                        new OffsetDeleteResponsePartition()
                            .setPartitionIndex(index)
                            .setErrorCode(error.code()));
              });
      answer.topics().add(answered);
    }
    if (!deleted.isEmpty()) {
      shard.record(new OffsetsDeletedRecord(group.id(), deleted));
    }
    return answer;
  }

  /** Whether a member reads a topic, or may: what a pattern matches is not always known. */
  private boolean isRead(ConsumerGroup group, String topic) {
    for (ConsumerMember member : group.members()) {
      String pattern = member.interest().pattern();
      Set<String> matching = pattern == null ? Set.of() : patterns.topics(pattern);
      if (member.interest().topics().contains(topic)
          || matching == null
          || matching.contains(topic)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Which topics the members of a group of Kafka consumers read. When one of them does not say it
   * in a way that can be read, that may be every topic.
   */
  private static Predicate<String> subscription(ClassicGroup classic) {
    Set<String> topics = new HashSet<>();
    for (Member member : classic.members()) {
      for (MemberProtocol protocol : member.protocols()) {
        try {
          topics.addAll(
              ConsumerProtocol.deserializeSubscription(ByteBuffer.wrap(protocol.metadata().bytes()))
                  .topics());
        } catch (RuntimeException e) {
          // Not SchemaException alone: what a member sends can be wrong in any way.
          LOG.debug("group {}: {} is no subscription: {}", classic.id(), protocol, e.getMessage());
          return topic -> true;
        }
      }
    }
    return topics::contains;
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }
}

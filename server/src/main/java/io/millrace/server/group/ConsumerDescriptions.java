package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Assignment;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Member;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.TopicPartitions;

/** Describes consumer groups (KIP-848) to administrators. The shard's thread. */
final class ConsumerDescriptions {
  private static final byte CLASSIC = 0;
  private static final byte CONSUMER = 1;

  private final CatalogView catalog;
  private final ConsumerTargets targets;

  ConsumerDescriptions(CatalogView catalog, ConsumerTargets targets) {
    this.catalog = catalog;
    this.targets = targets;
  }

  DescribedGroup describe(ConsumerGroup group) {
    DescribedGroup described =
        new DescribedGroup()
            .setGroupId(group.id())
            .setGroupState(group.state().wireName())
            .setGroupEpoch(group.epoch())
            .setAssignmentEpoch(group.targetEpoch())
            .setAssignorName(targets.assignor(group).name());
    for (ConsumerMember member : group.members()) {
      String pattern = member.interest().pattern();
      described
          .members()
          .add(
              new Member()
                  .setMemberId(member.id())
                  .setInstanceId(member.instanceId())
                  .setRackId(member.rackId())
                  .setMemberEpoch(member.epoch())
                  .setClientId(member.clientId())
                  .setClientHost(member.clientHost())
                  .setSubscribedTopicNames(member.interest().topics())
                  .setSubscribedTopicRegex(pattern == null ? "" : pattern)
                  .setAssignment(assignment(member.assigned()))
                  .setTargetAssignment(assignment(group.target(member.id())))
                  .setMemberType(member.isClassic() ? CLASSIC : CONSUMER));
    }
    return described;
  }

  private Assignment assignment(Set<LogId> partitions) {
    List<TopicPartitions> topics = new ArrayList<>();
    PartitionSets.each(
        partitions,
        (id, indexes) -> {
          Topic topic =
              catalog.find(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
          if (topic != null) {
            topics.add(
                new TopicPartitions()
                    .setTopicId(id)
                    .setTopicName(topic.name())
                    .setPartitions(indexes));
          }
        });
    return new Assignment().setTopicPartitions(topics);
  }
}

package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.group.assignor.SharedPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.Assignment;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.Member;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.TopicPartitions;

/** Describes share groups (KIP-932) to administrators. The shard's thread. */
final class ShareDescriptions {
  private final CatalogView catalog;

  ShareDescriptions(CatalogView catalog) {
    this.catalog = catalog;
  }

  DescribedGroup describe(ShareGroup group) {
    DescribedGroup described =
        new DescribedGroup()
            .setGroupId(group.id())
            .setGroupState(group.state().wireName())
            .setGroupEpoch(group.epoch())
            .setAssignmentEpoch(group.targetEpoch())
            .setAssignorName(SharedPartitions.NAME);
    for (ShareMember member : group.members()) {
      described
          .members()
          .add(
              new Member()
                  .setMemberId(member.id())
                  .setRackId(member.rackId())
                  .setMemberEpoch(member.epoch())
                  .setClientId(member.clientId())
                  .setClientHost(member.clientHost())
                  .setSubscribedTopicNames(member.interest().topics())
                  .setAssignment(assignment(member.assigned())));
    }
    return described;
  }

  private Assignment assignment(Set<LogId> partitions) {
    List<TopicPartitions> topics = new ArrayList<>();
    PartitionSets.each(
        partitions,
        (id, indexes) -> {
          Topic topic = catalog.find(PartitionSets.fromKafka(id));
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

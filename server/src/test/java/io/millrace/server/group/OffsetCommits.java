package io.millrace.server.group;

import io.millrace.server.testing.SteppedServer;
import java.util.List;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;

/** Committing and asking for one offset, as a group without members does. */
public final class OffsetCommits {
  /** One in which members of all groups may commit. */
  public static final int VERSION = 9;

  private OffsetCommits() {}

  public static OffsetCommitRequestData request(
      String group, String topic, int partition, long offset) {
    return request(group, "", -1, topic, partition, offset);
  }

  static OffsetCommitRequestData request(
      String group, String memberId, int generation, String topic, int partition, long offset) {
    return new OffsetCommitRequestData()
        .setGroupId(group)
        .setMemberId(memberId)
        .setGenerationIdOrMemberEpoch(generation)
        .setTopics(
            List.of(
                new OffsetCommitRequestTopic()
                    .setName(topic)
                    .setPartitions(
                        List.of(
                            new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)
                                .setCommittedLeaderEpoch(0)
                                .setCommittedMetadata("text")))));
  }

  /** What is committed; -1 when nothing is. */
  public static long committed(SteppedServer server, String group, String topic, int partition) {
    OffsetFetchResponseGroup answer =
        server.ask(
            r ->
                server
                    .broker()
                    .groups()
                    .fetch(
                        new OffsetFetchRequestGroup()
                            .setGroupId(group)
                            .setTopics(
                                List.of(
                                    new OffsetFetchRequestTopics()
                                        .setName(topic)
                                        .setPartitionIndexes(List.of(partition)))),
                        false,
                        r));
    return answer.topics().get(0).partitions().get(0).committedOffset();
  }
}

package io.millrace.server.campaign;

import io.millrace.log.LogId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.jspecify.annotations.Nullable;

/**
 * Who a process says it is when it asks something of the group.
 *
 * @param instance null for a dynamic member
 * @param member its id; empty before it has one
 * @param generation -1 before it has one
 * @param ordinal which of its instance's requests for an id this one goes back to
 */
record GroupClaim(@Nullable String instance, String member, int generation, int ordinal) {
  static final String GROUP = "workers";
  private static final String TYPE = "consumer";
  private static final String STRATEGY = "any";

  /** Who owns what this claim is given: a static member stays itself in a new process. */
  String owner() {
    return instance == null ? member : instance;
  }

  GroupClaim with(String newMember, int newGeneration) {
    return new GroupClaim(instance, newMember, newGeneration, ordinal);
  }

  JoinGroupRequestData join(int sessionMs, int rebalanceMs, List<String> topics) {
    JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
    protocols.add(
        new JoinGroupRequestProtocol()
            .setName(STRATEGY)
            .setMetadata(String.join(",", topics).getBytes(StandardCharsets.UTF_8)));
    return new JoinGroupRequestData()
        .setGroupId(GROUP)
        .setMemberId(member)
        .setGroupInstanceId(instance)
        .setSessionTimeoutMs(sessionMs)
        .setRebalanceTimeoutMs(rebalanceMs)
        .setProtocolType(TYPE)
        .setProtocols(protocols);
  }

  SyncGroupRequestData sync(Map<String, String> assignments) {
    List<SyncGroupRequestAssignment> all = new ArrayList<>();
    assignments.forEach(
        (to, text) ->
            all.add(
                new SyncGroupRequestAssignment()
                    .setMemberId(to)
                    .setAssignment(text.getBytes(StandardCharsets.UTF_8))));
    return new SyncGroupRequestData()
        .setGroupId(GROUP)
        .setMemberId(member)
        .setGroupInstanceId(instance)
        .setGenerationId(generation)
        .setProtocolType(TYPE)
        .setProtocolName(STRATEGY)
        .setAssignments(all);
  }

  HeartbeatRequestData heartbeat() {
    return new HeartbeatRequestData()
        .setGroupId(GROUP)
        .setMemberId(member)
        .setGroupInstanceId(instance)
        .setGenerationId(generation);
  }

  LeaveGroupRequestData leave() {
    return new LeaveGroupRequestData()
        .setGroupId(GROUP)
        .setMembers(List.of(new MemberIdentity().setMemberId(member).setGroupInstanceId(instance)));
  }

  OffsetCommitRequestData commit(String topic, LogId partition, long offset) {
    return new OffsetCommitRequestData()
        .setGroupId(GROUP)
        .setMemberId(member)
        .setGroupInstanceId(instance)
        .setGenerationIdOrMemberEpoch(generation)
        .setTopics(
            List.of(
                new OffsetCommitRequestTopic()
                    .setName(topic)
                    .setPartitions(
                        List.of(
                            new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition.index())
                                .setCommittedOffset(offset)))));
  }
}

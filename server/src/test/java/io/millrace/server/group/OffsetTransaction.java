package io.millrace.server.group;

import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** A transactional producer that commits offsets of the topic "t", as its group is told of it. */
final class OffsetTransaction {
  private final SteppedServer server;
  private final String group;
  private final long producerId;
  short epoch;
  int generation = -1;
  String memberId = "";
  @Nullable String instanceId;
  @Nullable String metadata = "text";

  OffsetTransaction(SteppedServer server, String group, long producerId) {
    this.server = server;
    this.group = group;
    this.producerId = producerId;
  }

  /** Says which member of the group commits. */
  OffsetTransaction as(GroupClient member) {
    memberId = member.memberId;
    generation = member.generation;
    return this;
  }

  TxnOffsetCommitRequestData request(String topic, int partition, long offset) {
    return new TxnOffsetCommitRequestData()
        .setTransactionalId("tx-" + producerId)
        .setGroupId(group)
        .setProducerId(producerId)
        .setProducerEpoch(epoch)
        .setGenerationIdOrMemberEpoch(generation)
        .setMemberId(memberId)
        .setGroupInstanceId(instanceId)
        .setTopics(
            List.of(
                new TxnOffsetCommitRequestTopic()
                    .setName(topic)
                    .setPartitions(
                        List.of(
                            new TxnOffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)
                                .setCommittedLeaderEpoch(3)
                                .setCommittedMetadata(metadata)))));
  }

  Answer<TxnOffsetCommitResponseData> begin(int partition, long offset) {
    TxnOffsetCommitRequestData request = request("t", partition, offset);
    return server.begin(r -> server.broker().groups().commitTransactional(request, r));
  }

  Errors commit(String topic, int partition, long offset) {
    TxnOffsetCommitRequestData request = request(topic, partition, offset);
    TxnOffsetCommitResponseData answer =
        server.ask(r -> server.broker().groups().commitTransactional(request, r));
    return Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode());
  }

  Errors commit(int partition, long offset) {
    return commit("t", partition, offset);
  }

  Answer<Void> beginEnd(boolean committed) {
    short marker = epoch;
    return server.begin(
        r -> server.broker().groups().endTransaction(group, producerId, marker, committed, r));
  }

  /** The transaction ends; whether that was answered. */
  boolean end(boolean committed) {
    Answer<Void> answer = beginEnd(committed);
    server.settle();
    return answer.isOk();
  }
}

package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Shard;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponsePartition;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/**
 * TxnOffsetCommit, and the end of the transaction that it belongs to (KIP-98, KIP-447). Whether the
 * transaction exists is the transaction coordinator's to know. The shard's thread.
 */
final class TransactionalOffsetHandler {
  private final Shard<?> shard;
  private final TopicLookup topics;
  private final CommitRules rules;

  TransactionalOffsetHandler(Shard<?> shard, GroupConfig config, CatalogView catalog) {
    this.shard = shard;
    this.topics = new TopicLookup(catalog);
    this.rules = new CommitRules(config);
  }

  /**
   * Why a commit as a whole is refused. Clients before KIP-447 do not say which member commits, and
   * are believed whatever the group's state; the transactional id fences them. A rebalance does not
   * matter either: the generation changes when its members have joined, and fences the others.
   */
  private static Errors check(Group group, TxnOffsetCommitRequestData data) {
    if (group.isShare()) {
      return Errors.GROUP_ID_NOT_FOUND;
    }
    Errors member = group.isConsumer() ? checkConsumer(group, data) : checkClassic(group, data);
    if (member != Errors.NONE) {
      return member;
    }
    return group.pending().fences(data.producerId(), data.producerEpoch())
        ? Errors.INVALID_PRODUCER_EPOCH
        : Errors.NONE;
  }

  /** Producers know ILLEGAL_GENERATION, and not the error of consumers whose epoch is stale. */
  private static Errors checkConsumer(Group group, TxnOffsetCommitRequestData data) {
    int epoch = data.generationIdOrMemberEpoch();
    boolean saysWho = epoch >= 0 || !data.memberId().isEmpty() || data.groupInstanceId() != null;
    return saysWho
        ? group.consumer().checkCommit(data.memberId(), epoch, Errors.ILLEGAL_GENERATION)
        : Errors.NONE;
  }

  private static Errors checkClassic(Group group, TxnOffsetCommitRequestData data) {
    ClassicGroup classic = group.classic();
    int generation = data.generationIdOrMemberEpoch();
    if (classic.is(GroupState.DEAD)) {
      return Errors.COORDINATOR_NOT_AVAILABLE;
    }
    boolean saysWho =
        generation >= 0 || !data.memberId().isEmpty() || data.groupInstanceId() != null;
    boolean needsNoMember = generation < 0 && classic.is(GroupState.EMPTY);
    if (saysWho && !needsNoMember) {
      Errors member = classic.check(data.memberId(), data.groupInstanceId());
      if (member != Errors.NONE) {
        return member;
      }
      if (generation != classic.generation()) {
        return Errors.ILLEGAL_GENERATION;
      }
    }
    return Errors.NONE;
  }

  /** Keeps what can be kept; the answer rests on what is recorded by then. */
  TxnOffsetCommitResponseData commit(Group group, TxnOffsetCommitRequestData data) {
    Errors refused = check(group, data);
    if (refused != Errors.NONE) {
      return refuse(data, refused);
    }
    long nowMs = shard.clock().wallMs();
    Map<LogId, CommittedOffset> accepted = new LinkedHashMap<>();
    TxnOffsetCommitResponseData answer = new TxnOffsetCommitResponseData();
    for (TxnOffsetCommitRequestTopic each : data.topics()) {
      Topic topic = topics.find(each.name(), each.topicId());
      TxnOffsetCommitResponseTopic answered =
          new TxnOffsetCommitResponseTopic().setName(each.name()).setTopicId(each.topicId());
      for (TxnOffsetCommitRequestPartition partition : each.partitions()) {
        int index = partition.partitionIndex();
        String metadata = partition.committedMetadata();
        Errors error = rules.check(topic, each.topicId(), index, metadata);
        if (error == Errors.NONE && topic != null) {
          accepted.put(
              topic.partition(index),
              new CommittedOffset(
                  partition.committedOffset(),
                  partition.committedLeaderEpoch(),
                  metadata == null ? "" : metadata,
                  nowMs));
        }
        answered.partitions().add(answer(partition, error));
      }
      answer.topics().add(answered);
    }
    if (!accepted.isEmpty()) {
      shard.record(
          new OffsetsPendingRecord(group.id(), data.producerId(), data.producerEpoch(), accepted));
    }
    return answer;
  }

  /** The same answer for every partition. */
  static TxnOffsetCommitResponseData refuse(TxnOffsetCommitRequestData data, Errors error) {
    TxnOffsetCommitResponseData answer = new TxnOffsetCommitResponseData();
    for (TxnOffsetCommitRequestTopic each : data.topics()) {
      TxnOffsetCommitResponseTopic answered =
          new TxnOffsetCommitResponseTopic().setName(each.name()).setTopicId(each.topicId());
      each.partitions().forEach(partition -> answered.partitions().add(answer(partition, error)));
      answer.topics().add(answered);
    }
    return answer;
  }

  private static TxnOffsetCommitResponsePartition answer(
      TxnOffsetCommitRequestPartition partition, Errors error) {
    return new TxnOffsetCommitResponsePartition()
        .setPartitionIndex(partition.partitionIndex())
        .setErrorCode(error.code());
  }

  /**
   * Makes pending offsets count, or drops them. Nothing is recorded when there are none (this was
   * done before, or they were deleted), or only of a newer epoch: then this marker is late.
   */
  void end(Group group, long producerId, short producerEpoch, boolean committed) {
    if (group.pending().isEndedBy(producerId, producerEpoch)) {
      shard.record(new PendingOffsetsEndedRecord(group.id(), producerId, producerEpoch, committed));
    }
  }
}

package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** OffsetCommit and OffsetFetch. The shard's thread. */
final class OffsetHandler {
  private static final long NO_OFFSET = -1;
  private static final int NO_LEADER_EPOCH = -1;

  private final Shard<?> shard;
  private final CommitRules rules;
  private final TopicLookup topics;
  private final CatalogView catalog;
  private final Rebalancer rebalancer;

  OffsetHandler(Shard<?> shard, GroupConfig config, CatalogView catalog, Rebalancer rebalancer) {
    this.shard = shard;
    this.rules = new CommitRules(config);
    this.topics = new TopicLookup(catalog);
    this.catalog = catalog;
    this.rebalancer = rebalancer;
  }

  // ---- commit

  /** Why a commit as a whole is refused; a member of a classic group was heard of with one. */
  private Errors check(Group group, OffsetCommitRequestData data, int version) {
    if (group.isShare()) {
      return Errors.GROUP_ID_NOT_FOUND;
    }
    if (group.isConsumer()) {
      return CommitRules.hasMemberEpochs(version)
              || !group.consumer().speaksNewProtocol(data.memberId())
          ? group
              .consumer()
              .checkCommit(
                  data.memberId(), data.generationIdOrMemberEpoch(), Errors.STALE_MEMBER_EPOCH)
          : Errors.UNSUPPORTED_VERSION;
    }
    Errors refused = check(group.classic(), data);
    if (refused == Errors.NONE) {
      Member member = group.classic().member(data.memberId());
      if (member != null) {
        rebalancer.restartSession(group, member);
      }
    }
    return refused;
  }

  private static Errors check(ClassicGroup classic, OffsetCommitRequestData data) {
    int generation = data.generationIdOrMemberEpoch();
    if (classic.is(GroupState.DEAD)) {
      return Errors.COORDINATOR_NOT_AVAILABLE;
    }
    if (generation < 0 && classic.is(GroupState.EMPTY)) {
      // Somebody who assigns partitions to itself and only keeps its offsets here.
      return Errors.NONE;
    }
    if (generation < 0 && data.memberId().isEmpty() && data.groupInstanceId() == null) {
      return Errors.UNKNOWN_MEMBER_ID;
    }
    Errors member = classic.check(data.memberId(), data.groupInstanceId());
    if (member != Errors.NONE) {
      return member;
    }
    if (generation != classic.generation()) {
      return Errors.ILLEGAL_GENERATION;
    }
    return classic.is(GroupState.COMPLETING_REBALANCE) ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
  }

  /** Commits what can be; the answer rests on what is recorded by then. */
  OffsetCommitResponseData commit(Group group, OffsetCommitRequestData data, int version) {
    Errors refused = check(group, data, version);
    long nowMs = shard.clock().wallMs();
    Map<LogId, CommittedOffset> accepted = new LinkedHashMap<>();
    OffsetCommitResponseData answer = new OffsetCommitResponseData();
    for (OffsetCommitRequestTopic each : data.topics()) {
      Topic topic = topics.find(each.name(), each.topicId());
      OffsetCommitResponseTopic answered =
          new OffsetCommitResponseTopic().setName(each.name()).setTopicId(each.topicId());
      for (OffsetCommitRequestPartition partition : each.partitions()) {
        Errors error =
            refused == Errors.NONE
                ? rules.check(
                    topic,
                    each.topicId(),
                    partition.partitionIndex(),
                    partition.committedMetadata())
                : refused;
        if (error == Errors.NONE && topic != null) {
          accepted.put(
              topic.partition(partition.partitionIndex()),
              new CommittedOffset(
                  partition.committedOffset(),
                  partition.committedLeaderEpoch(),
                  partition.committedMetadata() == null ? "" : partition.committedMetadata(),
                  nowMs));
        }
        answered
            .partitions()
            .add(
                new OffsetCommitResponsePartition()
                    .setPartitionIndex(partition.partitionIndex())
                    .setErrorCode(error.code()));
      }
      answer.topics().add(answered);
    }
    if (!accepted.isEmpty()) {
      shard.record(new OffsetsCommittedRecord(group.id(), accepted));
    }
    return answer;
  }

  /** The same answer for every partition. */
  static OffsetCommitResponseData refuse(OffsetCommitRequestData data, Errors error) {
    OffsetCommitResponseData answer = new OffsetCommitResponseData();
    for (OffsetCommitRequestTopic each : data.topics()) {
      OffsetCommitResponseTopic answered =
          new OffsetCommitResponseTopic().setName(each.name()).setTopicId(each.topicId());
      each.partitions()
          .forEach(
              partition ->
                  answered
                      .partitions()
                      .add(
                          new OffsetCommitResponsePartition()
                              .setPartitionIndex(partition.partitionIndex())
                              .setErrorCode(error.code())));
      answer.topics().add(answered);
    }
    return answer;
  }

  // ---- fetch

  /**
   * The committed offsets that are asked for, or all that there are.
   *
   * @param requireStable whether a transaction under way that may yet replace an offset is told
   *     instead of it (KIP-447), so that the client waits
   */
  OffsetFetchResponseGroup fetch(
      @Nullable Group group, OffsetFetchRequestGroup asked, boolean requireStable) {
    Known known = new Known(group, requireStable);
    OffsetFetchResponseGroup answer = new OffsetFetchResponseGroup().setGroupId(asked.groupId());
    if (group != null && group.isConsumer()) {
      Errors refused = group.consumer().checkFetch(asked.memberId(), asked.memberEpoch());
      if (refused != Errors.NONE) {
        return answer.setErrorCode(refused.code());
      }
    }
    if (asked.topics() == null) {
      answer.setTopics(all(known));
      return answer;
    }
    List<OffsetFetchResponseTopics> answers = new ArrayList<>();
    for (OffsetFetchRequestTopics each : asked.topics()) {
      Topic topic = topics.find(each.name(), each.topicId());
      OffsetFetchResponseTopics answered =
          new OffsetFetchResponseTopics().setName(each.name()).setTopicId(each.topicId());
      for (int index : each.partitionIndexes()) {
        OffsetFetchResponsePartitions partition =
            topic == null || index < 0
                ? toPartition(index, null)
                : known.toPartition(topic.partition(index));
        if (topic == null && TopicLookup.isGiven(each.topicId())) {
          partition.setErrorCode(Errors.UNKNOWN_TOPIC_ID.code());
        }
        answered.partitions().add(partition);
      }
      answers.add(answered);
    }
    return answer.setTopics(answers);
  }

  /** What a client may know of a group's offsets. */
  private record Known(@Nullable Group group, boolean requireStable) {
    Set<LogId> committed() {
      return group == null ? Set.of() : group.offsets().keySet();
    }

    OffsetFetchResponsePartitions toPartition(LogId partition) {
      if (group == null) {
        return OffsetHandler.toPartition(partition.index(), null);
      }
      if (requireStable && group.pending().contains(partition)) {
        return OffsetHandler.toPartition(partition.index(), null)
            .setErrorCode(Errors.UNSTABLE_OFFSET_COMMIT.code());
      }
      return OffsetHandler.toPartition(partition.index(), group.offsets().get(partition));
    }
  }

  private List<OffsetFetchResponseTopics> all(Known known) {
    Map<UUID, OffsetFetchResponseTopics> byTopic = new HashMap<>();
    for (LogId partition : known.committed()) {
      Topic topic = catalog.find(partition.group());
      if (topic != null) {
        byTopic
            .computeIfAbsent(
                topic.id(),
                id ->
                    new OffsetFetchResponseTopics()
                        .setName(topic.name())
                        .setTopicId(
                            new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits())))
            .partitions()
            .add(known.toPartition(partition));
      }
    }
    return new ArrayList<>(byTopic.values());
  }

  private static OffsetFetchResponsePartitions toPartition(
      int index, @Nullable CommittedOffset offset) {
    return new OffsetFetchResponsePartitions()
        .setPartitionIndex(index)
        .setCommittedOffset(offset == null ? NO_OFFSET : offset.offset())
        .setCommittedLeaderEpoch(offset == null ? NO_LEADER_EPOCH : offset.leaderEpoch())
        .setMetadata(offset == null ? "" : offset.metadata());
  }
}

package io.millrace.server.group;

import io.millrace.server.shard.Machines;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;

/**
 * Kafka's group coordinator, for all groups. Any thread; answers come on the thread of the group's
 * shard and carry Kafka's error codes. A reply fails only when the shard cannot answer ({@link
 * io.millrace.server.shard.ShardUnavailableException}: Kafka's COORDINATOR_NOT_AVAILABLE).
 */
public final class GroupCoordinator {
  private final Shards shards;
  private final GroupStats stats;

  public GroupCoordinator(Shards shards, GroupStats stats) {
    this.shards = shards;
    this.stats = stats;
  }

  /** What the groups of all shards have counted. */
  public GroupStats stats() {
    return stats;
  }

  private Shard<Machines> shardOf(String groupId) {
    return shards.ofKey(groupId);
  }

  private <R> void answer(String groupId, Function<Groups, R> request, Reply<R> reply) {
    shardOf(groupId).handle(state -> reply.ok(request.apply(state.get(Groups.class))), reply);
  }

  // ---- members

  /** Answers when the next generation is complete. */
  public void join(
      RequestContext context, JoinGroupRequestData data, Reply<JoinGroupResponseData> reply) {
    shardOf(data.groupId())
        .handle(state -> state.get(Groups.class).join(context, data, reply), reply);
  }

  /** Answers when the leader's assignment is durable. */
  public void sync(SyncGroupRequestData data, Reply<SyncGroupResponseData> reply) {
    shardOf(data.groupId()).handle(state -> state.get(Groups.class).sync(data, reply), reply);
  }

  public void heartbeat(HeartbeatRequestData data, Reply<HeartbeatResponseData> reply) {
    answer(data.groupId(), groups -> groups.heartbeat(data), reply);
  }

  /** One member (before version 3: its error is the answer's) or several. */
  public void leave(LeaveGroupRequestData data, Reply<LeaveGroupResponseData> reply) {
    answer(data.groupId(), groups -> groups.leave(data), reply);
  }

  /**
   * A member of a group of the new protocol joins, stays or leaves (KIP-848). Answers when what the
   * answer says is durable.
   */
  public void heartbeat(
      RequestContext context,
      ConsumerGroupHeartbeatRequestData data,
      Reply<ConsumerGroupHeartbeatResponseData> reply) {
    shardOf(data.groupId())
        .handle(state -> state.get(Groups.class).heartbeat(context, data, reply), reply);
  }

  // ---- share groups

  /**
   * A member of a share group joins, stays or leaves (KIP-932). Answers when what the answer says
   * is durable, and the group has its cursors in the partitions that it tells of.
   */
  public void heartbeat(
      RequestContext context,
      ShareGroupHeartbeatRequestData data,
      Reply<ShareGroupHeartbeatResponseData> reply) {
    shardOf(data.groupId())
        .handle(state -> state.get(Groups.class).heartbeat(context, data, reply), reply);
  }

  /**
   * Describes a share group. One that does not exist or is of another type is described with
   * GROUP_ID_NOT_FOUND and the state Dead.
   */
  public void describeShare(
      String groupId, Reply<ShareGroupDescribeResponseData.DescribedGroup> reply) {
    answer(groupId, groups -> groups.describeShare(groupId), reply);
  }

  /**
   * Where a share group is in the partitions that are asked for, or in all in which it has cursors
   * when no topics are named. Answers on any thread.
   */
  public void describeShareOffsets(
      DescribeShareGroupOffsetsRequestGroup asked,
      Reply<DescribeShareGroupOffsetsResponseGroup> reply) {
    shardOf(asked.groupId())
        .handle(state -> state.get(Groups.class).describeShareOffsets(asked, reply), reply);
  }

  /** Puts a share group without members to other offsets. Answers when that is durable. */
  public void alterShareOffsets(
      AlterShareGroupOffsetsRequestData data, Reply<AlterShareGroupOffsetsResponseData> reply) {
    shardOf(data.groupId())
        .handle(state -> state.get(Groups.class).alterShareOffsets(data, reply), reply);
  }

  /** Forgets where a share group without members is. Answers when that is durable. */
  public void deleteShareOffsets(
      DeleteShareGroupOffsetsRequestData data, Reply<DeleteShareGroupOffsetsResponseData> reply) {
    shardOf(data.groupId())
        .handle(state -> state.get(Groups.class).deleteShareOffsets(data, reply), reply);
  }

  /** Settings of a group have changed: a share group sees to its cursors. */
  public void onSettingsChanged(String groupId) {
    shardOf(groupId).run(state -> state.get(Groups.class).onSettingsChanged(groupId));
  }

  // ---- offsets

  /**
   * Answers when the offsets are durable. Topics go by id where one is given, else by name.
   *
   * @param version of the request, on which some errors depend
   */
  public void commit(
      OffsetCommitRequestData data, int version, Reply<OffsetCommitResponseData> reply) {
    shardOf(data.groupId())
        .handle(state -> state.get(Groups.class).commit(data, version, reply), reply);
  }

  /**
   * Keeps offsets that a transaction is to commit (KIP-98, KIP-447). They do not count before
   * {@link #endTransaction}; of several for one partition the transaction's newest does. Answers
   * when they are durable. That the producer has such a transaction, with this group in it, was
   * checked before. Topics go by id where one is given, else by name.
   */
  public void commitTransactional(
      TxnOffsetCommitRequestData data, Reply<TxnOffsetCommitResponseData> reply) {
    shardOf(data.groupId())
        .handle(state -> state.get(Groups.class).commitTransactional(data, reply), reply);
  }

  /**
   * A producer's transaction has ended: what it has pending in the group counts from now on, or is
   * dropped. Answers when that is durable, also when there was nothing to do: a group or a producer
   * that is not known is no error, and saying it again does no harm.
   *
   * @param producerEpoch of the marker: offsets that are pending in a higher epoch are left alone
   * @param committed whether the transaction took place
   */
  public void endTransaction(
      String groupId, long producerId, short producerEpoch, boolean committed, Reply<Void> reply) {
    shardOf(groupId)
        .handle(
            state ->
                state
                    .get(Groups.class)
                    .endTransaction(groupId, producerId, producerEpoch, committed, reply),
            reply);
  }

  /**
   * The committed offsets of one group: those asked for, or all when no topics are named.
   *
   * @param requireStable whether partitions for which transactions under way have offsets are
   *     answered with UNSTABLE_OFFSET_COMMIT (KIP-447); else with what is committed so far
   */
  public void fetch(
      OffsetFetchRequestGroup asked, boolean requireStable, Reply<OffsetFetchResponseGroup> reply) {
    shardOf(asked.groupId())
        .handle(state -> state.get(Groups.class).fetch(asked, requireStable, reply), reply);
  }

  /** Answers when the deletion is durable. */
  public void deleteOffsets(OffsetDeleteRequestData data, Reply<OffsetDeleteResponseData> reply) {
    shardOf(data.groupId())
        .handle(state -> state.get(Groups.class).deleteOffsets(data, reply), reply);
  }

  // ---- administration

  /**
   * Describes a classic group. One that does not exist or is of the new protocol is described with
   * GROUP_ID_NOT_FOUND and the state Dead.
   */
  public void describe(String groupId, Reply<DescribedGroup> reply) {
    answer(
        groupId,
        groups -> {
          DescribedGroup found = groups.describe(groupId);
          return found != null
              ? found
              : new DescribedGroup()
                  .setGroupId(groupId)
                  .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                  .setErrorMessage("Group " + groupId + " not found.")
                  .setGroupState(GroupState.DEAD.wireName());
        },
        reply);
  }

  /**
   * Describes a group of the new protocol. One that does not exist or is classic is described with
   * GROUP_ID_NOT_FOUND and the state Dead.
   */
  public void describeConsumer(
      String groupId, Reply<ConsumerGroupDescribeResponseData.DescribedGroup> reply) {
    answer(groupId, groups -> groups.describeConsumer(groupId), reply);
  }

  /** All groups of all shards; fails when one shard cannot answer. */
  public void list(Reply<List<ListedGroup>> reply) {
    listFrom(0, new ArrayList<>(), reply);
  }

  private void listFrom(int shard, List<ListedGroup> found, Reply<List<ListedGroup>> reply) {
    if (shard == shards.count()) {
      reply.ok(found);
      return;
    }
    // One after the other: no counting across threads.
    shards
        .get(shard)
        .handle(
            state -> {
              found.addAll(state.get(Groups.class).list());
              listFrom(shard + 1, found, reply);
            },
            reply);
  }

  /**
   * Deletes a group that has no members, with its offsets and those that are pending. Answers when
   * that is durable.
   */
  public void delete(String groupId, Reply<Errors> reply) {
    shardOf(groupId).handle(state -> state.get(Groups.class).delete(groupId, reply), reply);
  }
}

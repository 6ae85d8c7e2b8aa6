package io.millrace.server.group;

import io.millrace.kernel.Failures;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.Timers.Timer;
import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
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
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * The consumer groups of one shard: finds a request's group and hands it to its handler. The
 * shard's thread.
 */
public final class Groups implements StateMachine {
  private final Shard<?> shard;
  private final CatalogView catalog;
  private final Map<String, Group> groups = new HashMap<>();
  private final Rebalancer rebalancer;
  private final JoinHandler joins;
  private final SyncHandler syncs;
  private final MembershipHandler membership;
  private final OffsetHandler offsets;
  private final TransactionalOffsetHandler transactions;
  private final GroupAdmin admin;
  private final GroupExpiry expiry;
  private @Nullable Timer expiryTimer;

  public Groups(
      Shard<?> shard,
      GroupConfig config,
      CatalogView catalog,
      Randomness randomness,
      GroupStats stats) {
    this.shard = shard;
    this.catalog = catalog;
    this.rebalancer = new Rebalancer(shard, config, stats, this::dropIfUnused);
    this.joins = new JoinHandler(shard, config, rebalancer, randomness);
    this.syncs = new SyncHandler(shard, rebalancer);
    this.membership = new MembershipHandler(rebalancer);
    this.offsets = new OffsetHandler(shard, config, catalog, rebalancer);
    this.transactions = new TransactionalOffsetHandler(shard, config, catalog);
    this.admin = new GroupAdmin(shard, catalog);
    this.expiry = new GroupExpiry(shard, config);
  }

  // ---- members

  public void join(
      RequestContext context, JoinGroupRequestData data, Reply<JoinGroupResponseData> reply) {
    if (data.groupId().isEmpty()) {
      reply.ok(GroupReplies.join(data.memberId(), Errors.INVALID_GROUP_ID));
    } else if (!joins.isSessionTimeoutLegal(data.sessionTimeoutMs())) {
      reply.ok(GroupReplies.join(data.memberId(), Errors.INVALID_SESSION_TIMEOUT));
    } else if (!data.memberId().isEmpty() && !groups.containsKey(data.groupId())) {
      reply.ok(GroupReplies.join(data.memberId(), Errors.UNKNOWN_MEMBER_ID));
    } else {
      Group group = create(data.groupId());
      joins.join(group, context, data, reply);
      dropIfUnused(group);
    }
  }

  public void sync(SyncGroupRequestData data, Reply<SyncGroupResponseData> reply) {
    Group group = groups.get(data.groupId());
    if (group == null) {
      reply.ok(GroupReplies.sync(unknown(data.groupId())));
    } else {
      syncs.sync(group, data, reply);
    }
  }

  public HeartbeatResponseData heartbeat(HeartbeatRequestData data) {
    Group group = groups.get(data.groupId());
    Errors error = group == null ? unknown(data.groupId()) : membership.heartbeat(group, data);
    return new HeartbeatResponseData().setErrorCode(error.code());
  }

  public LeaveGroupResponseData leave(LeaveGroupRequestData data) {
    Group group = groups.get(data.groupId());
    return group == null
        ? new LeaveGroupResponseData().setErrorCode(unknown(data.groupId()).code())
        : membership.leave(group, data);
  }

  private static Errors unknown(String groupId) {
    return groupId.isEmpty() ? Errors.INVALID_GROUP_ID : Errors.UNKNOWN_MEMBER_ID;
  }

  // ---- offsets

  public void commit(OffsetCommitRequestData data, Reply<OffsetCommitResponseData> reply) {
    boolean unknown = !groups.containsKey(data.groupId());
    if (unknown && data.generationIdOrMemberEpoch() >= 0) {
      reply.ok(OffsetHandler.refuse(data, Errors.ILLEGAL_GENERATION));
      return;
    }
    Group group = create(data.groupId());
    OffsetCommitResponseData answer = offsets.commit(group, data);
    dropIfUnused(group);
    shard.whenDurable(reply, answer);
  }

  public void commitTransactional(
      TxnOffsetCommitRequestData data, Reply<TxnOffsetCommitResponseData> reply) {
    if (data.groupId().isEmpty()) {
      reply.ok(TransactionalOffsetHandler.refuse(data, Errors.INVALID_GROUP_ID));
      return;
    }
    if (!groups.containsKey(data.groupId()) && data.generationIdOrMemberEpoch() >= 0) {
      reply.ok(TransactionalOffsetHandler.refuse(data, Errors.ILLEGAL_GENERATION));
      return;
    }
    Group group = create(data.groupId());
    TxnOffsetCommitResponseData answer = transactions.commit(group, data);
    dropIfUnused(group);
    shard.whenDurable(reply, answer);
  }

  @SuppressWarnings("NullAway") // the only value of Void
  public void endTransaction(
      String groupId, long producerId, short producerEpoch, boolean committed, Reply<Void> reply) {
    ifKnown(groupId, group -> transactions.end(group, producerId, producerEpoch, committed));
    shard.whenDurable(reply, null);
  }

  public void fetch(
      OffsetFetchRequestGroup asked, boolean requireStable, Reply<OffsetFetchResponseGroup> reply) {
    shard.whenDurable(reply, offsets.fetch(groups.get(asked.groupId()), asked, requireStable));
  }

  public void deleteOffsets(OffsetDeleteRequestData data, Reply<OffsetDeleteResponseData> reply) {
    Group group = groups.get(data.groupId());
    if (group == null) {
      reply.ok(new OffsetDeleteResponseData().setErrorCode(notFound(data.groupId()).code()));
      return;
    }
    OffsetDeleteResponseData answer = admin.deleteOffsets(group, data);
    shard.whenDurable(reply, answer);
  }

  // ---- administration

  /** Empty when there is no such group. */
  public @Nullable DescribedGroup describe(String groupId) {
    Group group = groups.get(groupId);
    return group == null ? null : GroupAdmin.describe(group);
  }

  public List<ListedGroup> list() {
    List<ListedGroup> all = new ArrayList<>();
    groups.values().forEach(group -> all.add(GroupAdmin.list(group)));
    return all;
  }

  public void delete(String groupId, Reply<Errors> reply) {
    Group group = groups.get(groupId);
    if (group == null) {
      reply.ok(notFound(groupId));
      return;
    }
    Errors answer = admin.delete(group);
    shard.whenDurable(reply, answer);
  }

  private static Errors notFound(String groupId) {
    return groupId.isEmpty() ? Errors.INVALID_GROUP_ID : Errors.GROUP_ID_NOT_FOUND;
  }

  /** Forgets what groups committed, or are about to commit, for a topic that was deleted. */
  public void onTopicDeleted(Topic topic) {
    for (Group group : List.copyOf(groups.values())) {
      List<LogId> gone = new ArrayList<>();
      for (LogId partition : group.partitions()) {
        if (partition.group().equals(topic.id())) {
          gone.add(partition);
        }
      }
      if (!gone.isEmpty()) {
        shard.record(new OffsetsDeletedRecord(group.id(), gone));
      }
    }
  }

  // ---- the groups

  private Group create(String groupId) {
    return groups.computeIfAbsent(groupId, id -> new Group(id, shard.clock().wallMs()));
  }

  /** A group of which nothing is kept and that nobody is in leaves nothing. */
  private void dropIfUnused(Group group) {
    if (GroupExpiry.isUnused(group) && group.recorded() == null) {
      group.classic().cancelTimers();
      groups.remove(group.id(), group);
    }
  }

  private void scheduleExpiry() {
    expiryTimer =
        shard
            .timers()
            .after(
                expiry.checkMs(),
                () -> {
                  try {
                    List.copyOf(groups.values()).forEach(expiry::expire);
                  } finally {
                    scheduleExpiry();
                  }
                });
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(
        GroupRecord.TYPE,
        GroupDeletedRecord.TYPE,
        OffsetsCommittedRecord.TYPE,
        OffsetsDeletedRecord.TYPE,
        OffsetsPendingRecord.TYPE,
        PendingOffsetsEndedRecord.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    if (record instanceof GroupRecord kept) {
      create(kept.groupId()).replay(kept);
    } else if (record instanceof OffsetsCommittedRecord committed) {
      create(committed.groupId()).replay(committed);
    } else if (record instanceof OffsetsPendingRecord pending) {
      create(pending.groupId()).replay(pending);
    } else if (record instanceof PendingOffsetsEndedRecord ended) {
      ifKnown(ended.groupId(), group -> group.replay(ended));
    } else if (record instanceof OffsetsDeletedRecord deleted) {
      ifKnown(deleted.groupId(), group -> group.replay(deleted));
    } else if (record instanceof GroupDeletedRecord deleted) {
      ifKnown(deleted.groupId(), Group::replayDeleted);
      groups.remove(deleted.groupId());
    } else {
      throw new IllegalArgumentException("not a record of groups: " + record);
    }
  }

  private void ifKnown(String groupId, Consumer<Group> action) {
    Group group = groups.get(groupId);
    if (group != null) {
      action.accept(group);
    }
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    return new ArrayList<>(groups.values());
  }

  @Override
  public void onRecovered() {
    for (Group group : List.copyOf(groups.values())) {
      // Members of a stable group go on as if nothing had happened, if they are still there.
      group.classic().members().forEach(member -> rebalancer.restartSession(group, member));
      forgetDeletedTopics(group);
    }
    scheduleExpiry();
  }

  private void forgetDeletedTopics(Group group) {
    List<LogId> gone = new ArrayList<>();
    for (LogId partition : group.partitions()) {
      if (catalog.find(partition.group()) == null) {
        gone.add(partition);
      }
    }
    if (!gone.isEmpty()) {
      shard.record(new OffsetsDeletedRecord(group.id(), gone));
    }
  }

  @Override
  public void onStopped(RuntimeException reason) {
    if (expiryTimer != null) {
      expiryTimer.cancel();
    }
    for (Group group : groups.values()) {
      ClassicGroup classic = group.classic();
      classic.cancelTimers();
      for (Member member : classic.members()) {
        fail(member::takeJoin, reason);
        fail(member::takeSync, reason);
      }
    }
    groups.clear();
  }

  private static <R> void fail(Supplier<@Nullable Reply<R>> waiting, RuntimeException reason) {
    Reply<R> reply = waiting.get();
    if (reply != null) {
      try {
        reply.fail(reason);
      } catch (RuntimeException e) {
        Failures.report("refusing a group member", e);
      }
    }
  }
}

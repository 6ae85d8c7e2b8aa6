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
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
  private final TopicPatterns patterns;
  private final ConsumerTargets targets;
  private final ConsumerMembers consumers;
  private final ConsumerHeartbeatHandler heartbeats;
  private final ConsumerDescriptions descriptions;
  private final ClassicMemberHandler classicMembers;
  private final Migration migration;
  private final ShareTargets shareTargets;
  private final SharePartitions sharePartitions;
  private final ShareMembers shareMembers;
  private final ShareHeartbeatHandler shareHeartbeats;
  private final ShareDescriptions shareDescriptions;
  private final ShareAdmin shareAdmin;
  private final Randomness randomness;
  private final GroupExpiry expiry;
  private @Nullable Timer expiryTimer;

  /**
   * The groups of a shard.
   *
   * @param times of single groups
   * @param cursors of share groups
   * @param matching where topics are matched with patterns
   */
  public Groups(
      Shard<?> shard,
      GroupConfig config,
      GroupTimes times,
      CatalogView catalog,
      ShareCursors cursors,
      Randomness randomness,
      Executor matching,
      GroupStats stats) {
    this.shard = shard;
    this.catalog = catalog;
    this.randomness = randomness;
    ExpiredMembers expired = new ExpiredMembers(shard, stats);
    this.rebalancer = new Rebalancer(shard, config, expired, this::dropIfUnused);
    this.joins = new JoinHandler(shard, config, rebalancer, randomness);
    this.syncs = new SyncHandler(shard, rebalancer);
    this.membership = new MembershipHandler(rebalancer);
    this.offsets = new OffsetHandler(shard, config, catalog, rebalancer);
    this.transactions = new TransactionalOffsetHandler(shard, config, catalog);
    this.patterns =
        new TopicPatterns(shard, catalog, matching, this::onPatternsChanged, this::isPatternUsed);
    this.admin = new GroupAdmin(shard, catalog, patterns);
    EmbeddedProtocol embedded = new EmbeddedProtocol(catalog);
    this.migration = new Migration(shard, config.consumer(), embedded, rebalancer);
    this.targets = new ConsumerTargets(shard, config.consumer(), catalog, patterns);
    this.consumers =
        new ConsumerMembers(shard, times, targets, patterns, expired, migration::downgrade);
    this.heartbeats =
        new ConsumerHeartbeatHandler(shard, config.consumer(), times, consumers, targets);
    this.descriptions = new ConsumerDescriptions(catalog, targets);
    this.classicMembers =
        new ClassicMemberHandler(shard, config, consumers, targets, embedded, randomness);
    this.shareTargets = new ShareTargets(shard, catalog);
    this.sharePartitions = new SharePartitions(shard, cursors, shareTargets);
    this.shareMembers = new ShareMembers(shard, times, shareTargets, expired);
    this.shareHeartbeats =
        new ShareHeartbeatHandler(
            shard, times, config.share().maxSize(), shareTargets, sharePartitions, shareMembers);
    this.shareDescriptions = new ShareDescriptions(catalog);
    this.shareAdmin = new ShareAdmin(shard, catalog, cursors, sharePartitions);
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
      if (group.isShare()) {
        reply.ok(GroupReplies.join(data.memberId(), Errors.INCONSISTENT_GROUP_PROTOCOL));
        return;
      }
      if (group.isConsumer() && group.hasMembers()) {
        classicMembers.join(group, context, data, reply);
        return;
      }
      if (group.isConsumer()) {
        migration.downgradeEmpty(group);
      }
      joins.join(group, context, data, reply);
      dropIfUnused(group);
    }
  }

  public void sync(SyncGroupRequestData data, Reply<SyncGroupResponseData> reply) {
    Group group = memberGroup(data.groupId());
    if (group == null) {
      reply.ok(GroupReplies.sync(unknown(data.groupId())));
    } else if (group.isConsumer()) {
      classicMembers.sync(group, data, reply);
    } else {
      syncs.sync(group, data, reply);
    }
  }

  public HeartbeatResponseData heartbeat(HeartbeatRequestData data) {
    Group group = memberGroup(data.groupId());
    Errors error;
    if (group == null) {
      error = unknown(data.groupId());
    } else if (group.isConsumer()) {
      error = classicMembers.heartbeat(group, data);
    } else {
      error = membership.heartbeat(group, data);
    }
    return new HeartbeatResponseData().setErrorCode(error.code());
  }

  public LeaveGroupResponseData leave(LeaveGroupRequestData data) {
    Group group = memberGroup(data.groupId());
    if (group == null) {
      return leaveUnknown(data);
    }
    return group.isConsumer() ? classicMembers.leave(group, data) : membership.leave(group, data);
  }

  /** A group that may have members of the classic protocol; a share group has none. */
  private @Nullable Group memberGroup(String groupId) {
    Group group = groups.get(groupId);
    return group == null || group.isShare() ? null : group;
  }

  /** Each is told by itself, where the version names several members. */
  private static LeaveGroupResponseData leaveUnknown(LeaveGroupRequestData data) {
    LeaveGroupResponseData response = new LeaveGroupResponseData();
    Errors error = unknown(data.groupId());
    if (data.groupId().isEmpty() || data.members().isEmpty()) {
      return response.setErrorCode(error.code());
    }
    for (LeaveGroupRequestData.MemberIdentity member : data.members()) {
      response
          .members()
          .add(
              new LeaveGroupResponseData.MemberResponse()
                  .setMemberId(member.memberId())
                  .setGroupInstanceId(member.groupInstanceId())
                  .setErrorCode(error.code()));
    }
    return response;
  }

  private static Errors unknown(String groupId) {
    return groupId.isEmpty() ? Errors.INVALID_GROUP_ID : Errors.UNKNOWN_MEMBER_ID;
  }

  // ---- members of the new protocol

  public void heartbeat(
      RequestContext context,
      ConsumerGroupHeartbeatRequestData data,
      Reply<ConsumerGroupHeartbeatResponseData> reply) {
    ConsumerGroupHeartbeatResponseData refused = heartbeats.check(data, context.apiVersion());
    if (refused != null) {
      reply.ok(refused);
      return;
    }
    String pattern = ConsumerHeartbeatHandler.pattern(data);
    if (pattern == null
        || ConsumerHeartbeatHandler.leaves(data)
        || patterns.topics(pattern) != null) {
      serve(context, data, reply);
      return;
    }
    Group group = groups.get(data.groupId());
    ConsumerGroup consumer = group != null && group.isConsumer() ? group.consumer() : null;
    boolean joins = ConsumerHeartbeatHandler.joins(data);
    if (!joins && (consumer == null || !ConsumerHeartbeatHandler.isKnown(consumer, data))) {
      // It is refused without any work for its pattern.
      serve(context, data, reply);
      return;
    }
    refused = consumer == null ? null : heartbeats.checkPattern(consumer, data, pattern);
    if (refused == null && patterns.isBusyFor(pattern)) {
      refused =
          ConsumerHeartbeatHandler.refuse(
              Errors.COORDINATOR_LOAD_IN_PROGRESS, "Many other patterns are being matched.");
    }
    if (refused != null) {
      reply.ok(refused);
      return;
    }
    patterns.resolve(
        pattern,
        () -> {
          try {
            serve(context, data, reply);
          } catch (RuntimeException e) {
            reply.fail(e);
          }
        },
        why ->
            reply.ok(
                ConsumerHeartbeatHandler.refuse(
                    Errors.INVALID_REGULAR_EXPRESSION,
                    "'" + pattern + "' is not a regular expression of RE2: " + why)),
        reply);
  }

  private boolean isPatternUsed(String pattern) {
    for (Group group : groups.values()) {
      if (group.isConsumer() && group.consumer().usesPattern(pattern)) {
        return true;
      }
    }
    return false;
  }

  private void serve(
      RequestContext context,
      ConsumerGroupHeartbeatRequestData data,
      Reply<ConsumerGroupHeartbeatResponseData> reply) {
    Group group = groups.get(data.groupId());
    boolean joins = ConsumerHeartbeatHandler.joins(data);
    if (group == null && joins) {
      group = create(data.groupId());
    }
    if (group != null && !group.isConsumer() && !group.isShare() && joins) {
      if (isInstanceOfAnother(group.classic(), data)) {
        // Before the group is changed for somebody who is not let in.
        reply.ok(ConsumerHeartbeatHandler.unreleased(data.instanceId()));
        return;
      }
      switch (migration.upgrade(group)) {
        case DONE -> consumers.resume(group);
        case LATER -> {
          reply.ok(
              ConsumerHeartbeatHandler.refuse(
                  Errors.COORDINATOR_LOAD_IN_PROGRESS,
                  "The group's classic members are in a rebalance."));
          return;
        }
        case REFUSED -> {}
      }
    }
    if (group == null || !group.isConsumer()) {
      reply.ok(
          ConsumerHeartbeatHandler.refuse(
              Errors.GROUP_ID_NOT_FOUND,
              "Group "
                  + data.groupId()
                  + (group == null ? " not found." : " is not a consumer group.")));
      return;
    }
    String memberId =
        data.memberId().isEmpty() ? randomness.nextUuid().toString() : data.memberId();
    ConsumerGroupHeartbeatResponseData answer =
        ConsumerHeartbeatHandler.leaves(data)
            ? heartbeats.leave(group, data)
            : heartbeats.stay(group, context, memberId, data);
    shard.whenDurable(reply, answer);
  }

  private static boolean isInstanceOfAnother(
      ClassicGroup classic, ConsumerGroupHeartbeatRequestData data) {
    String instanceId = data.instanceId();
    Member holder = instanceId == null ? null : classic.staticMember(instanceId);
    return holder != null && !holder.id().equals(data.memberId());
  }

  private void onPatternsChanged(Set<String> changed) {
    for (Group group : List.copyOf(groups.values())) {
      if (group.isConsumer() && changed.stream().anyMatch(group.consumer()::usesPattern)) {
        targets.refresh(group.consumer());
      }
    }
  }

  // ---- share groups

  /** A member of a share group joins, stays or leaves (KIP-932). */
  public void heartbeat(
      RequestContext context,
      ShareGroupHeartbeatRequestData data,
      Reply<ShareGroupHeartbeatResponseData> reply) {
    ShareGroupHeartbeatResponseData refused = ShareHeartbeatHandler.check(data);
    Group group = groups.get(data.groupId());
    if (refused == null
        && (group == null ? !ShareHeartbeatHandler.joins(data) : !group.isShare())) {
      refused =
          ShareHeartbeatHandler.refuse(Errors.GROUP_ID_NOT_FOUND, notShare(data.groupId(), group));
    }
    if (refused != null) {
      reply.ok(refused);
      return;
    }
    if (group != null && ShareHeartbeatHandler.leaves(data)) {
      shard.whenDurable(reply, shareHeartbeats.leave(group, data));
      return;
    }
    refused = shareHeartbeats.checkMember(group == null ? null : group.share(), context, data);
    if (refused != null) {
      shard.whenDurable(reply, refused);
      return;
    }
    if (group == null) {
      group = create(data.groupId());
      shard.record(new ShareGroupRecord(group.id(), 0, shard.clock().wallMs()));
    }
    shareHeartbeats.stay(group, context, data, reply);
  }

  private static String notShare(String groupId, @Nullable Group group) {
    return "Group " + groupId + (group == null ? " not found." : " is not a share group.");
  }

  /** Describes a share group. */
  public ShareGroupDescribeResponseData.DescribedGroup describeShare(String groupId) {
    Group group = groups.get(groupId);
    if (group != null && group.isShare()) {
      return shareDescriptions.describe(group.share());
    }
    return new ShareGroupDescribeResponseData.DescribedGroup()
        .setGroupId(groupId)
        .setErrorCode(notFound(groupId).code())
        .setErrorMessage(notShare(groupId, group))
        .setGroupState(GroupState.DEAD.wireName());
  }

  /** Where a share group is. */
  public void describeShareOffsets(
      DescribeShareGroupOffsetsRequestGroup asked,
      Reply<DescribeShareGroupOffsetsResponseGroup> reply) {
    Group group = groups.get(asked.groupId());
    if (group == null || !group.isShare()) {
      reply.ok(
          new DescribeShareGroupOffsetsResponseGroup()
              .setGroupId(asked.groupId())
              .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
              .setErrorMessage(notShare(asked.groupId(), group)));
      return;
    }
    shareAdmin.describe(group, asked, reply);
  }

  /** Puts a share group without members to other offsets. */
  public void alterShareOffsets(
      AlterShareGroupOffsetsRequestData data, Reply<AlterShareGroupOffsetsResponseData> reply) {
    Group group = groups.get(data.groupId());
    if (group == null || !group.isShare()) {
      reply.ok(
          new AlterShareGroupOffsetsResponseData()
              .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
              .setErrorMessage(notShare(data.groupId(), group)));
      return;
    }
    shareAdmin.alter(group, data, reply);
  }

  /** Forgets where a share group without members is. */
  public void deleteShareOffsets(
      DeleteShareGroupOffsetsRequestData data, Reply<DeleteShareGroupOffsetsResponseData> reply) {
    Group group = groups.get(data.groupId());
    if (group == null || !group.isShare()) {
      reply.ok(
          new DeleteShareGroupOffsetsResponseData()
              .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
              .setErrorMessage(notShare(data.groupId(), group)));
      return;
    }
    shareAdmin.deleteOffsets(group, data, reply);
  }

  /** Settings of a group have changed, and with them perhaps the cursors that it consumes with. */
  public void onSettingsChanged(String groupId) {
    Group group = groups.get(groupId);
    if (group != null && group.isShare() && !group.share().isEmpty()) {
      sharePartitions.makeSure(group);
    }
  }

  // ---- topics

  /** A topic has come, or has more partitions. */
  public void onTopicChanged(Topic topic) {
    refreshReaders(topic);
  }

  private void refreshReaders(Topic topic) {
    if (!topic.kind().isTemporary()) {
      patterns.onTopicsChanged();
    }
    for (Group group : List.copyOf(groups.values())) {
      if (group.isConsumer() && group.consumer().mayRead(topic.name(), patterns::topics)) {
        targets.refresh(group.consumer());
      } else if (group.isShare() && group.share().reads(topic.name())) {
        shareTargets.refresh(group.share());
        sharePartitions.makeMissing(group);
      }
    }
  }

  // ---- offsets

  public void commit(
      OffsetCommitRequestData data, int version, Reply<OffsetCommitResponseData> reply) {
    boolean unknown = !groups.containsKey(data.groupId());
    if (unknown && data.generationIdOrMemberEpoch() >= 0) {
      reply.ok(OffsetHandler.refuse(data, CommitRules.ofUnknownGroup(version)));
      return;
    }
    Group group = create(data.groupId());
    OffsetCommitResponseData answer = offsets.commit(group, data, version);
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
    Group group = memberGroup(data.groupId());
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
    if (group != null && (group.isConsumer() || group.isShare())) {
      return new DescribedGroup()
          .setGroupId(groupId)
          .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
          .setErrorMessage("Group " + groupId + " is not a classic group.")
          .setGroupState(GroupState.DEAD.wireName());
    }
    return group == null ? null : GroupAdmin.describe(group);
  }

  public ConsumerGroupDescribeResponseData.DescribedGroup describeConsumer(String groupId) {
    Group group = groups.get(groupId);
    if (group != null && group.isConsumer()) {
      return descriptions.describe(group.consumer());
    }
    return new ConsumerGroupDescribeResponseData.DescribedGroup()
        .setGroupId(groupId)
        .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
        .setErrorMessage(
            "Group " + groupId + (group == null ? " not found." : " is not a consumer group."))
        .setGroupState(GroupState.DEAD.wireName());
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
    if (group.isShare()) {
      shareAdmin.delete(group, reply);
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
      if (group.isShare()) {
        forget(group, id -> id.group().equals(topic.id()));
      }
    }
    refreshReaders(topic);
  }

  /** The cursors of deleted topics end by themselves. */
  private void forget(Group group, Predicate<LogId> isGone) {
    List<LogId> gone = group.share().partitions().stream().filter(isGone).toList();
    group.share().partitionRecords(SharePartitionsRecord.State.GONE, gone).forEach(shard::record);
  }

  // ---- the groups

  private Group create(String groupId) {
    return groups.computeIfAbsent(groupId, id -> new Group(id, shard.clock().wallMs()));
  }

  /** A group of which nothing is kept and that nobody is in leaves nothing. */
  private void dropIfUnused(Group group) {
    if (GroupExpiry.isUnused(group) && !group.isRecorded()) {
      group.cancelTimers();
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
        ConsumerGroupRecord.TYPE,
        ConsumerMemberRecord.TYPE,
        ConsumerMemberLeftRecord.TYPE,
        ConsumerTargetRecord.TYPE,
        ShareGroupRecord.TYPE,
        ShareMemberRecord.TYPE,
        ShareMemberLeftRecord.TYPE,
        ShareTargetRecord.TYPE,
        SharePartitionsRecord.TYPE,
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
    } else if (record instanceof ConsumerGroupRecord epoch) {
      create(epoch.groupId()).replay(epoch);
    } else if (record instanceof ConsumerMemberRecord member) {
      ifKnown(member.groupId(), group -> group.replay(member));
    } else if (record instanceof ConsumerMemberLeftRecord left) {
      ifKnown(left.groupId(), group -> group.replay(left));
    } else if (record instanceof ConsumerTargetRecord target) {
      ifKnown(target.groupId(), group -> group.replay(target));
    } else if (record instanceof ShareGroupRecord epoch) {
      create(epoch.groupId()).replay(epoch);
    } else if (record instanceof ShareMemberRecord member) {
      ifKnown(member.groupId(), group -> group.replay(member));
    } else if (record instanceof ShareMemberLeftRecord left) {
      ifKnown(left.groupId(), group -> group.replay(left));
    } else if (record instanceof ShareTargetRecord target) {
      ifKnown(target.groupId(), group -> group.replay(target));
    } else if (record instanceof SharePartitionsRecord partitions) {
      ifKnown(partitions.groupId(), group -> group.replay(partitions));
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
      if (group.isConsumer()) {
        consumers.resume(group);
      } else if (group.isShare()) {
        forget(group, id -> catalog.find(id.group()) == null);
        shareMembers.resume(group);
        sharePartitions.makeMissing(group);
      } else {
        rebalancer.resume(group);
      }
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
    consumers.stop();
    shareMembers.stop();
    sharePartitions.stop(reason);
    patterns.stop(reason);
    for (Group group : groups.values()) {
      group.cancelTimers();
      if (group.isConsumer() || group.isShare()) {
        continue;
      }
      ClassicGroup classic = group.classic();
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

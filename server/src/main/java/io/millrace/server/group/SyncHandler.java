package io.millrace.server.group;

import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * SyncGroup: the leader's assignment is kept, then everyone gets their part. The shard's thread.
 */
final class SyncHandler {
  private final Shard<?> shard;
  private final Rebalancer rebalancer;

  SyncHandler(Shard<?> shard, Rebalancer rebalancer) {
    this.shard = shard;
    this.rebalancer = rebalancer;
  }

  void sync(Group group, SyncGroupRequestData data, Reply<SyncGroupResponseData> reply) {
    ClassicGroup classic = group.classic();
    Member member = classic.member(data.memberId());
    Errors error = check(classic, data);
    if (error != Errors.NONE || member == null) {
      reply.ok(GroupReplies.sync(error == Errors.NONE ? Errors.UNKNOWN_MEMBER_ID : error));
      return;
    }
    switch (classic.state()) {
      case EMPTY, DEAD -> reply.ok(GroupReplies.sync(Errors.UNKNOWN_MEMBER_ID));
      case PREPARING_REBALANCE -> reply.ok(GroupReplies.sync(Errors.REBALANCE_IN_PROGRESS));
      case COMPLETING_REBALANCE -> {
        classic.pendingSync().remove(member.id());
        @Nullable Reply<SyncGroupResponseData> replaced = member.awaitSync(reply);
        GroupReplies.refuseSync(replaced, Errors.REBALANCE_IN_PROGRESS);
        if (classic.isLeader(member)) {
          keep(group, data);
        }
      }
      case STABLE -> {
        classic.pendingSync().remove(member.id());
        rebalancer.restartSession(group, member);
        reply.ok(assignmentOf(classic, member));
      }
    }
  }

  private static Errors check(ClassicGroup classic, SyncGroupRequestData data) {
    if (classic.is(GroupState.DEAD)) {
      return Errors.COORDINATOR_NOT_AVAILABLE;
    }
    Errors member = classic.check(data.memberId(), data.groupInstanceId());
    if (member != Errors.NONE) {
      return member;
    }
    if (data.generationId() != classic.generation()) {
      return Errors.ILLEGAL_GENERATION;
    }
    boolean otherType =
        data.protocolType() != null && !data.protocolType().equals(classic.protocolType());
    boolean otherName =
        data.protocolName() != null && !data.protocolName().equals(classic.protocolName());
    return otherType || otherName ? Errors.INCONSISTENT_GROUP_PROTOCOL : Errors.NONE;
  }

  private void keep(Group group, SyncGroupRequestData data) {
    ClassicGroup classic = group.classic();
    GroupRecord before = group.recorded();
    if (before != null && before.generation() == classic.generation()) {
      // The leader asks again, perhaps with another assignment, before the first is durable. Only
      // one may be given out, now and after a restart.
      return;
    }
    Map<String, Opaque> assignments = new HashMap<>();
    data.assignments()
        .forEach(each -> assignments.put(each.memberId(), Opaque.of(each.assignment())));
    List<GroupRecord.MemberState> members = new ArrayList<>();
    for (Member member : classic.members()) {
      members.add(
          GroupRecord.MemberState.of(member, assignments.getOrDefault(member.id(), Opaque.EMPTY)));
    }
    GroupRecord kept = GroupRecord.of(classic, shard.clock().wallMs(), members);
    shard.record(kept);
    shard.whenDurable(
        new Reply<>() {
          @Override
          public void ok(GroupRecord durable) {
            distribute(group, durable);
          }

          @Override
          public void fail(RuntimeException error) {
            // The shard has stopped and answers everyone who waits.
          }
        },
        kept);
  }

  /** Gives everyone their part, unless another rebalance has begun meanwhile. */
  private void distribute(Group group, GroupRecord kept) {
    if (group.isConsumer()) {
      return;
    }
    ClassicGroup classic = group.classic();
    if (!classic.is(GroupState.COMPLETING_REBALANCE) || classic.generation() != kept.generation()) {
      return;
    }
    classic.transitionTo(GroupState.STABLE, "the assignment is kept", kept.stateSinceMs());
    for (GroupRecord.MemberState each : kept.members()) {
      Member member = classic.member(each.id());
      if (member != null) {
        member.assign(each.assignment());
        Reply<SyncGroupResponseData> waiting = member.takeSync();
        if (waiting != null) {
          rebalancer.restartSession(group, member);
          waiting.ok(assignmentOf(classic, member));
        }
      }
    }
  }

  private static SyncGroupResponseData assignmentOf(ClassicGroup classic, Member member) {
    return new SyncGroupResponseData()
        .setProtocolType(classic.protocolType())
        .setProtocolName(classic.protocolName())
        .setAssignment(member.assignment().bytes());
  }
}

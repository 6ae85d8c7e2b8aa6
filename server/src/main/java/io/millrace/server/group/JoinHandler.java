package io.millrace.server.group;

import io.millrace.kernel.Randomness;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** JoinGroup: KIP-345 (static members), KIP-394 (ids first), KIP-814. The shard's thread. */
final class JoinHandler {
  private static final int MEMBER_ID_REQUIRED_VERSION = 4;
  private static final int SKIP_ASSIGNMENT_VERSION = 9;

  private final Shard<?> shard;
  private final GroupConfig config;
  private final Rebalancer rebalancer;
  private final Randomness randomness;

  JoinHandler(Shard<?> shard, GroupConfig config, Rebalancer rebalancer, Randomness randomness) {
    this.shard = shard;
    this.config = config;
    this.rebalancer = rebalancer;
    this.randomness = randomness;
  }

  /** One request with what was read out of it. */
  private record Join(
      RequestContext context,
      JoinGroupRequestData data,
      List<MemberProtocol> protocols,
      Reply<JoinGroupResponseData> reply) {

    static Join of(
        RequestContext context, JoinGroupRequestData data, Reply<JoinGroupResponseData> reply) {
      List<MemberProtocol> protocols = new ArrayList<>();
      data.protocols()
          .forEach(
              each -> protocols.add(new MemberProtocol(each.name(), Opaque.of(each.metadata()))));
      return new Join(context, data, protocols, reply);
    }

    @Nullable String instanceId() {
      return data.groupInstanceId();
    }

    /** Before version 1 there was one timeout for both. */
    int rebalanceTimeoutMs() {
      return data.rebalanceTimeoutMs() < 0 ? data.sessionTimeoutMs() : data.rebalanceTimeoutMs();
    }

    void refuse(Errors error) {
      reply.ok(GroupReplies.join(data.memberId(), error));
    }

    Member newMember(String memberId) {
      return new Member(
          memberId,
          instanceId(),
          context.clientId(),
          context.clientHost(),
          data.sessionTimeoutMs(),
          rebalanceTimeoutMs(),
          protocols);
    }
  }

  boolean isSessionTimeoutLegal(int timeoutMs) {
    return timeoutMs >= config.minSessionTimeoutMs() && timeoutMs <= config.maxSessionTimeoutMs();
  }

  void join(
      Group group,
      RequestContext context,
      JoinGroupRequestData data,
      Reply<JoinGroupResponseData> reply) {
    Join join = Join.of(context, data, reply);
    ClassicGroup classic = group.classic();
    if (classic.is(GroupState.DEAD)) {
      join.refuse(Errors.COORDINATOR_NOT_AVAILABLE);
    } else if (!classic.supports(data.protocolType(), join.protocols())) {
      join.refuse(Errors.INCONSISTENT_GROUP_PROTOCOL);
    } else if (!hasRoom(classic, data.memberId())) {
      classic.removePending(data.memberId());
      join.refuse(Errors.GROUP_MAX_SIZE_REACHED);
      rebalancer.afterPendingLeft(group);
    } else if (data.memberId().isEmpty()) {
      joinWithoutId(group, join);
    } else {
      joinWithId(group, join);
    }
  }

  /** Members that were there before come first when a group is full. */
  private boolean hasRoom(ClassicGroup classic, String memberId) {
    Member known = classic.member(memberId);
    return switch (classic.state()) {
      case EMPTY, DEAD -> true;
      case PREPARING_REBALANCE ->
          (known != null && known.awaitsJoin()) || classic.awaitingJoin() < config.maxGroupSize();
      case COMPLETING_REBALANCE, STABLE -> known != null || classic.size() < config.maxGroupSize();
    };
  }

  // ---- without an id

  private void joinWithoutId(Group group, Join join) {
    String instanceId = join.instanceId();
    String prefix = instanceId == null ? join.context().clientId() : instanceId;
    String memberId = prefix + "-" + randomness.nextUuid();
    if (instanceId != null) {
      Member known = group.classic().staticMember(instanceId);
      if (known == null) {
        addAndRebalance(group, memberId, join);
      } else {
        replaceStatic(group, known, memberId, join);
      }
    } else if (join.context().apiVersion() >= MEMBER_ID_REQUIRED_VERSION) {
      rebalancer.addPending(group, memberId, join.data().sessionTimeoutMs());
      join.reply().ok(GroupReplies.join(memberId, Errors.MEMBER_ID_REQUIRED));
    } else {
      addAndRebalance(group, memberId, join);
    }
  }

  private void addAndRebalance(Group group, String memberId, Join join) {
    Member member = join.newMember(memberId);
    group.classic().add(member, join.data().protocolType());
    rebalancer.awaitJoin(member, join.reply());
    rebalancer.restartSession(group, member);
    rebalancer.rebalance(group, "member " + memberId + " joins");
  }

  // ---- with an id

  private void joinWithId(Group group, Join join) {
    ClassicGroup classic = group.classic();
    String memberId = join.data().memberId();
    if (join.instanceId() == null && classic.removePending(memberId)) {
      addAndRebalance(group, memberId, join);
      return;
    }
    Errors error = classic.check(memberId, join.instanceId());
    Member member = classic.member(memberId);
    if (error != Errors.NONE || member == null) {
      join.refuse(error == Errors.NONE ? Errors.UNKNOWN_MEMBER_ID : error);
      return;
    }
    boolean unchanged = member.protocols().equals(join.protocols());
    switch (classic.state()) {
      case PREPARING_REBALANCE ->
          updateAndRebalance(group, member, join, "member " + memberId + " joins again");
      case COMPLETING_REBALANCE -> {
        if (unchanged) {
          // It did not get the answer to its first request.
          join.reply().ok(rebalancer.joined(classic, member));
        } else {
          updateAndRebalance(group, member, join, "member " + memberId + " has changed");
        }
      }
      case STABLE -> {
        if (classic.isLeader(member)) {
          // A leader joins again when the topics that it reads have changed.
          updateAndRebalance(group, member, join, "leader " + memberId + " joins again");
        } else if (!unchanged) {
          updateAndRebalance(group, member, join, "member " + memberId + " has changed");
        } else {
          join.reply().ok(rebalancer.generationOf(classic, member));
        }
      }
      case EMPTY, DEAD -> join.refuse(Errors.UNKNOWN_MEMBER_ID);
    }
  }

  private void updateAndRebalance(Group group, Member member, Join join, String reason) {
    member.update(join.data().sessionTimeoutMs(), join.rebalanceTimeoutMs(), join.protocols());
    rebalancer.awaitJoin(member, join.reply());
    rebalancer.rebalance(group, reason);
  }

  // ---- static members that come back

  private void replaceStatic(Group group, Member member, String newId, Join join) {
    ClassicGroup classic = group.classic();
    String oldId = member.id();
    String oldLeader = classic.leader();
    GroupReplies.refuseJoin(member.takeJoin(), oldId, Errors.FENCED_INSTANCE_ID);
    GroupReplies.refuseSync(member.takeSync(), Errors.FENCED_INSTANCE_ID);
    classic.replaceStatic(member, newId);
    member.update(join.data().sessionTimeoutMs(), join.rebalanceTimeoutMs(), join.protocols());
    rebalancer.restartSession(group, member);
    if (classic.is(GroupState.STABLE) && classic.selectProtocol().equals(classic.protocolName())) {
      // Nothing changes for the others: the newcomer takes over the old one's assignment.
      JoinGroupResponseData answer = takenOver(classic, member, oldLeader, join);
      shard.record(GroupRecord.of(classic));
      shard.whenDurable(join.reply(), answer);
    } else {
      rebalancer.awaitJoin(member, join.reply());
      rebalancer.rebalance(group, "static member " + member.instanceId() + " was replaced");
    }
  }

  private JoinGroupResponseData takenOver(
      ClassicGroup classic, Member member, @Nullable String oldLeader, Join join) {
    JoinGroupResponseData answer = rebalancer.generationOf(classic, member);
    if (classic.isLeader(member)) {
      if (join.context().apiVersion() >= SKIP_ASSIGNMENT_VERSION) {
        answer.setSkipAssignment(true).setMembers(Rebalancer.metadataOf(classic));
      } else {
        // Told of another leader, it does not compute an assignment that nobody would take.
        answer.setLeader(oldLeader);
      }
    }
    return answer;
  }
}

package io.millrace.server.group;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.protocol.Errors;

/** Heartbeat and LeaveGroup: staying and going. The shard's thread. */
final class MembershipHandler {
  private final Rebalancer rebalancer;

  MembershipHandler(Rebalancer rebalancer) {
    this.rebalancer = rebalancer;
  }

  Errors heartbeat(Group group, HeartbeatRequestData data) {
    ClassicGroup classic = group.classic();
    if (classic.is(GroupState.DEAD)) {
      return Errors.COORDINATOR_NOT_AVAILABLE;
    }
    Errors error = classic.check(data.memberId(), data.groupInstanceId());
    Member member = classic.member(data.memberId());
    if (error != Errors.NONE || member == null) {
      return error == Errors.NONE ? Errors.UNKNOWN_MEMBER_ID : error;
    }
    if (data.generationId() != classic.generation()) {
      return Errors.ILLEGAL_GENERATION;
    }
    rebalancer.restartSession(group, member);
    return classic.is(GroupState.PREPARING_REBALANCE) ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
  }

  LeaveGroupResponseData leave(Group group, LeaveGroupRequestData data) {
    LeaveGroupResponseData answer = new LeaveGroupResponseData();
    if (group.classic().is(GroupState.DEAD)) {
      return answer.setErrorCode(Errors.COORDINATOR_NOT_AVAILABLE.code());
    }
    boolean single = data.members().isEmpty() && !data.memberId().isEmpty();
    List<MemberIdentity> leaving =
        single ? List.of(new MemberIdentity().setMemberId(data.memberId())) : data.members();
    List<MemberResponse> answers = new ArrayList<>();
    boolean removed = false;
    for (MemberIdentity each : leaving) {
      Errors error = leave(group, each);
      removed |= error == Errors.NONE;
      answers.add(
          new MemberResponse()
              .setMemberId(each.memberId())
              .setGroupInstanceId(each.groupInstanceId())
              .setErrorCode(error.code()));
    }
    if (removed && !group.classic().is(GroupState.EMPTY)) {
      rebalancer.rebalance(group, "members leave");
    }
    // Before version 3 there was one member, and its error was the answer's.
    return single ? answer.setErrorCode(answers.get(0).errorCode()) : answer.setMembers(answers);
  }

  private Errors leave(Group group, MemberIdentity leaving) {
    ClassicGroup classic = group.classic();
    String instanceId = leaving.groupInstanceId();
    if (instanceId == null && classic.removePending(leaving.memberId())) {
      rebalancer.afterPendingLeft(group);
      return Errors.NONE;
    }
    Member member;
    if (instanceId != null && leaving.memberId().isEmpty()) {
      // An administrator removes a static member by its instance (KIP-345).
      member = classic.staticMember(instanceId);
    } else {
      Errors error = classic.check(leaving.memberId(), instanceId);
      if (error != Errors.NONE) {
        return error;
      }
      member = classic.member(leaving.memberId());
    }
    if (member == null) {
      return Errors.UNKNOWN_MEMBER_ID;
    }
    rebalancer.remove(classic, member);
    return Errors.NONE;
  }
}

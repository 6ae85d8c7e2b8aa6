package io.millrace.server.group;

import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Takes classic groups from one generation to the next, and ends sessions. The requests that make
 * this necessary are handled by others. The shard's thread.
 */
final class Rebalancer {
  /**
   * How long a member that has never been in a generation may stay silent: Kafka's five minutes.
   */
  private static final int FRESH_MEMBER_TIMEOUT_MS = 5 * 60 * 1000;

  private final Shard<?> shard;
  private final GroupConfig config;
  private final Consumer<Group> emptied;
  private final ExpiredMembers expired;

  /**
   * A rebalancer for the groups of one shard.
   *
   * @param emptied told of groups that have no members any more
   */
  Rebalancer(Shard<?> shard, GroupConfig config, ExpiredMembers expired, Consumer<Group> emptied) {
    this.shard = shard;
    this.config = config;
    this.emptied = emptied;
    this.expired = expired;
  }

  private long nowMs() {
    return shard.clock().wallMs();
  }

  /** A group was read from the log: everyone gets a new session. */
  void resume(Group group) {
    ClassicGroup classic = group.classic();
    classic.members().forEach(member -> restartSession(group, member));
    if (classic.is(GroupState.STABLE) && classic.protocolName() == null) {
      // It has become classic, and what those had that went with the other protocol is nobody's.
      rebalance(group, "the group is classic again");
    }
  }

  // ---- preparing

  /** Begins a rebalance, or sees whether the one under way is complete. */
  void rebalance(Group group, String reason) {
    ClassicGroup classic = group.classic();
    switch (classic.state()) {
      case EMPTY, COMPLETING_REBALANCE, STABLE -> prepare(group, reason);
      case PREPARING_REBALANCE -> tryComplete(group);
      case DEAD -> {}
    }
  }

  private void prepare(Group group, String reason) {
    ClassicGroup classic = group.classic();
    if (classic.is(GroupState.COMPLETING_REBALANCE)) {
      abortSync(group, Errors.REBALANCE_IN_PROGRESS);
    }
    boolean first = classic.is(GroupState.EMPTY);
    classic.rebalanceTimer(null);
    classic.transitionTo(GroupState.PREPARING_REBALANCE, reason, nowMs());
    if (first && config.initialRebalanceDelayMs() > 0) {
      int longestMs = classic.rebalanceTimeoutMs();
      int delayMs = Math.min(config.initialRebalanceDelayMs(), longestMs);
      initialDelay(group, delayMs, longestMs - delayMs);
    } else {
      waitForJoins(group);
      tryComplete(group);
    }
  }

  /** Lets more members join; as long as some do, again, until their patience ends. */
  private void initialDelay(Group group, int delayMs, int remainingMs) {
    ClassicGroup classic = group.classic();
    classic.beginInitialDelay();
    classic.rebalanceTimer(
        shard
            .timers()
            .after(
                delayMs,
                () -> {
                  if (classic.joinedDuringInitialDelay() && remainingMs > 0) {
                    int nextMs = Math.min(config.initialRebalanceDelayMs(), remainingMs);
                    initialDelay(group, nextMs, remainingMs - nextMs);
                  } else {
                    classic.endInitialDelay();
                    complete(group);
                  }
                }));
  }

  private void waitForJoins(Group group) {
    ClassicGroup classic = group.classic();
    classic.rebalanceTimer(
        shard.timers().after(classic.rebalanceTimeoutMs(), () -> complete(group)));
  }

  /** Completes the rebalance when everyone is there. */
  void tryComplete(Group group) {
    ClassicGroup classic = group.classic();
    if (classic.is(GroupState.PREPARING_REBALANCE)
        && !classic.inInitialDelay()
        && classic.allJoined()) {
      complete(group);
    }
  }

  // ---- completing

  private void complete(Group group) {
    ClassicGroup classic = group.classic();
    if (!classic.is(GroupState.PREPARING_REBALANCE)) {
      return;
    }
    classic.rebalanceTimer(null);
    classic.endInitialDelay();
    classic.absentDynamicMembers().forEach(absent -> remove(classic, absent));
    if (classic.size() > 0 && !classic.electJoinedLeader()) {
      // Static members only, none of them back yet: their sessions decide how long to wait.
      waitForJoins(group);
      return;
    }
    classic.nextGeneration();
    if (classic.size() == 0) {
      becomeEmpty(group);
    } else {
      beginGeneration(group);
    }
  }

  private void becomeEmpty(Group group) {
    ClassicGroup classic = group.classic();
    classic.transitionTo(GroupState.EMPTY, "nobody is left", nowMs());
    if (group.recorded() != null || group.hasOffsets()) {
      shard.record(GroupRecord.of(classic));
    }
    emptied.accept(group);
  }

  private void beginGeneration(Group group) {
    ClassicGroup classic = group.classic();
    classic.transitionTo(GroupState.COMPLETING_REBALANCE, "all have joined", nowMs());
    keepStaticIds(group);
    for (Member member : List.copyOf(classic.members())) {
      member.settled();
      restartSession(group, member);
      Reply<JoinGroupResponseData> waiting = member.takeJoin();
      if (waiting != null) {
        shard.whenDurable(waiting, joined(classic, member));
      }
    }
    int generation = classic.generation();
    classic.rebalanceTimer(
        shard
            .timers()
            .after(classic.rebalanceTimeoutMs(), () -> removeUnsynced(group, generation)));
  }

  /** Before static members are told new ids: who had the old ones is fenced for good. */
  private void keepStaticIds(Group group) {
    GroupRecord before = group.recorded();
    if (before != null) {
      GroupRecord now = before.withStaticIdsOf(group.classic());
      if (!now.equals(before)) {
        shard.record(now);
      }
    }
  }

  /** The present generation as a member is told of it; the leader is told of everyone. */
  JoinGroupResponseData joined(ClassicGroup classic, Member member) {
    JoinGroupResponseData data = generationOf(classic, member);
    if (classic.isLeader(member)) {
      data.setMembers(metadataOf(classic));
    }
    return data;
  }

  JoinGroupResponseData generationOf(ClassicGroup classic, Member member) {
    return new JoinGroupResponseData()
        .setErrorCode(Errors.NONE.code())
        .setMemberId(member.id())
        .setGenerationId(classic.generation())
        .setProtocolType(classic.protocolType())
        .setProtocolName(classic.protocolName())
        .setLeader(classic.leader());
  }

  static List<JoinGroupResponseMember> metadataOf(ClassicGroup classic) {
    List<JoinGroupResponseMember> all = new ArrayList<>();
    for (Member member : classic.members()) {
      all.add(
          new JoinGroupResponseMember()
              .setMemberId(member.id())
              .setGroupInstanceId(member.instanceId())
              .setMetadata(member.metadata(classic.protocolName()).bytes()));
    }
    return all;
  }

  private void removeUnsynced(Group group, int generation) {
    ClassicGroup classic = group.classic();
    boolean sameGeneration = classic.generation() == generation;
    if (!sameGeneration
        || classic.pendingSync().isEmpty()
        || !(classic.is(GroupState.COMPLETING_REBALANCE) || classic.is(GroupState.STABLE))) {
      return;
    }
    for (String memberId : List.copyOf(classic.pendingSync())) {
      Member late = classic.member(memberId);
      if (late != null) {
        remove(classic, late);
      }
    }
    rebalance(group, "some members did not ask for their assignment in time");
  }

  /** The assignment will not come: those who wait for it are told why. */
  private void abortSync(Group group, Errors error) {
    ClassicGroup classic = group.classic();
    for (Member member : classic.members()) {
      member.assign(Opaque.EMPTY);
      if (member.awaitsSync()) {
        // Silent on our account until now: its session begins with this answer.
        restartSession(group, member);
        GroupReplies.refuseSync(member.takeSync(), error);
      }
    }
    classic.pendingSync().clear();
  }

  // ---- sessions

  /** The member was heard of. */
  void restartSession(Group group, Member member) {
    int timeoutMs = member.isFresh() ? FRESH_MEMBER_TIMEOUT_MS : member.sessionTimeoutMs();
    member.session(shard.timers().after(timeoutMs, () -> expire(group, member)));
  }

  private void expire(Group group, Member member) {
    // A settled member that waits for an answer of ours is not silent; its session begins anew
    // with that answer.
    boolean waitsForUs = !member.isFresh() && (member.awaitsJoin() || member.awaitsSync());
    if (!waitsForUs && group.classic().member(member.id()) == member) {
      ClassicGroup classic = group.classic();
      expired.add(classic.id(), member.id(), classic::size);
      removeAndRebalance(group, member, "the session of " + member.id() + " has expired");
    }
  }

  /** Gives out a member id, which is forgotten unless it is used (KIP-394). */
  void addPending(Group group, String memberId, int sessionTimeoutMs) {
    ClassicGroup classic = group.classic();
    classic
        .pendingMembers()
        .put(
            memberId,
            shard
                .timers()
                .after(
                    sessionTimeoutMs,
                    () -> {
                      classic.pendingMembers().remove(memberId);
                      afterPendingLeft(group);
                    }));
  }

  /** A rebalance may have waited for an id that is gone now. */
  void afterPendingLeft(Group group) {
    tryComplete(group);
    if (group.classic().is(GroupState.EMPTY)) {
      emptied.accept(group);
    }
  }

  // ---- leaving

  void removeAndRebalance(Group group, Member member, String reason) {
    remove(group.classic(), member);
    rebalance(group, reason);
  }

  void remove(ClassicGroup classic, Member member) {
    classic.remove(member);
    member.session(null);
    GroupReplies.refuseJoin(member.takeJoin(), member.id(), Errors.UNKNOWN_MEMBER_ID);
    GroupReplies.refuseSync(member.takeSync(), Errors.UNKNOWN_MEMBER_ID);
  }

  /** Keeps a request to join, in place of an older one of the same member. */
  void awaitJoin(Member member, Reply<JoinGroupResponseData> reply) {
    @Nullable Reply<JoinGroupResponseData> replaced = member.awaitJoin(reply);
    GroupReplies.refuseJoin(replaced, member.id(), Errors.REBALANCE_IN_PROGRESS);
  }
}

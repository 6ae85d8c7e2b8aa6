package io.millrace.server.group;

import io.millrace.kernel.Randomness;
import io.millrace.kernel.Timers.Timer;
import io.millrace.log.LogId;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Members of a consumer group that speak the classic protocol (KIP-848): they join to say what they
 * want and have, sync to learn what they are given, and are told by their heartbeats to join again
 * when there is something to give back or to get. None of them leads. The shard's thread.
 */
final class ClassicMemberHandler {
  private static final int MEMBER_ID_REQUIRED_VERSION = 4;

  private final Shard<?> shard;
  private final GroupConfig config;
  private final ConsumerMembers members;
  private final ConsumerTargets targets;
  private final EmbeddedProtocol embedded;
  private final Randomness randomness;

  ClassicMemberHandler(
      Shard<?> shard,
      GroupConfig config,
      ConsumerMembers members,
      ConsumerTargets targets,
      EmbeddedProtocol embedded,
      Randomness randomness) {
    this.shard = shard;
    this.config = config;
    this.members = members;
    this.targets = targets;
    this.embedded = embedded;
    this.randomness = randomness;
  }

  // ---- joining

  void join(
      Group group,
      RequestContext context,
      JoinGroupRequestData data,
      Reply<JoinGroupResponseData> reply) {
    ConsumerGroup consumer = group.consumer();
    List<MemberProtocol> protocols = new ArrayList<>();
    data.protocols()
        .forEach(
            each -> protocols.add(new MemberProtocol(each.name(), Opaque.of(each.metadata()))));
    Subscription subscription =
        EmbeddedProtocol.TYPE.equals(data.protocolType())
            ? EmbeddedProtocol.subscription(protocols)
            : null;
    if (subscription == null || !haveOneInCommon(consumer, data.memberId(), protocols)) {
      reply.ok(GroupReplies.join(data.memberId(), Errors.INCONSISTENT_GROUP_PROTOCOL));
      return;
    }
    boolean withoutId = data.memberId().isEmpty();
    String instanceId = data.groupInstanceId();
    Said request = new Said(context, data, protocols, subscription);
    if (!hasRoom(consumer, request)) {
      reply.ok(GroupReplies.join(data.memberId(), Errors.GROUP_MAX_SIZE_REACHED));
      return;
    }
    if (withoutId && isFull(consumer, instanceId)) {
      reply.ok(GroupReplies.join("", Errors.GROUP_MAX_SIZE_REACHED));
    } else if (withoutId) {
      String prefix = instanceId == null ? context.clientId() : instanceId;
      String memberId = prefix + "-" + randomness.nextUuid();
      if (instanceId == null && context.apiVersion() >= MEMBER_ID_REQUIRED_VERSION) {
        consumer.expect(memberId, expectation(consumer, memberId, data.sessionTimeoutMs()));
        reply.ok(GroupReplies.join(memberId, Errors.MEMBER_ID_REQUIRED));
      } else {
        ConsumerMember holder = instanceId == null ? null : consumer.staticMember(instanceId);
        ConsumerMember fresh =
            holder == null
                ? fresh(memberId, instanceId)
                : replaced(group, consumer, holder, memberId);
        join(group, fresh, holder == null, request, reply);
        // The one that it replaces may have been the last that speaks the new protocol.
        members.downgradeIfClassic(group);
      }
    } else {
      joinWithId(group, request, reply);
    }
  }

  private static boolean hasRoom(ConsumerGroup consumer, Said request) {
    JoinGroupRequestData data = request.data;
    String instanceId = data.groupInstanceId();
    ConsumerMember before =
        instanceId == null ? consumer.member(data.memberId()) : consumer.staticMember(instanceId);
    ConsumerMember fresh = before == null ? fresh(data.memberId(), instanceId) : before;
    return consumer.hasRoom(before, said(fresh, request));
  }

  private static ConsumerMember said(ConsumerMember before, Said request) {
    JoinGroupRequestData data = request.data;
    int rebalanceTimeoutMs =
        data.rebalanceTimeoutMs() < 0 ? data.sessionTimeoutMs() : data.rebalanceTimeoutMs();
    return before
        .said(
            request.subscription.rackId().orElse(null),
            request.context.clientId(),
            request.context.clientHost(),
            rebalanceTimeoutMs,
            new Interest(request.subscription.topics(), null, null))
        .speaking(new ClassicMembership(data.sessionTimeoutMs(), request.protocols));
  }

  /** A request with what was read out of it. */
  private record Said(
      RequestContext context,
      JoinGroupRequestData data,
      List<MemberProtocol> protocols,
      Subscription subscription) {}

  private Timer expectation(ConsumerGroup consumer, String memberId, int sessionTimeoutMs) {
    return shard.timers().after(sessionTimeoutMs, () -> consumer.takeExpected(memberId));
  }

  private boolean isFull(ConsumerGroup consumer, @Nullable String instanceId) {
    boolean replaces = instanceId != null && consumer.staticMember(instanceId) != null;
    return !replaces && consumer.size() >= config.consumer().maxSize();
  }

  private static ConsumerMember fresh(String memberId, @Nullable String instanceId) {
    return ConsumerMember.joining(memberId, instanceId, new Interest(List.of(), null, null));
  }

  private void joinWithId(Group group, Said said, Reply<JoinGroupResponseData> reply) {
    ConsumerGroup consumer = group.consumer();
    JoinGroupRequestData data = said.data;
    if (data.groupInstanceId() == null && consumer.takeExpected(data.memberId())) {
      if (isFull(consumer, null)) {
        reply.ok(GroupReplies.join(data.memberId(), Errors.GROUP_MAX_SIZE_REACHED));
      } else {
        join(group, fresh(data.memberId(), null), true, said, reply);
      }
      return;
    }
    Errors error = consumer.check(data.memberId(), data.groupInstanceId());
    ConsumerMember member = consumer.member(data.memberId());
    if (error == Errors.NONE && (member == null || !member.isClassic())) {
      error = Errors.UNKNOWN_MEMBER_ID;
    }
    if (error != Errors.NONE || member == null) {
      reply.ok(GroupReplies.join(data.memberId(), error));
    } else {
      join(group, member, false, said, reply);
    }
  }

  private ConsumerMember replaced(
      Group group, ConsumerGroup consumer, ConsumerMember holder, String memberId) {
    Set<LogId> target = consumer.target(holder.id());
    ConsumerMember replacement = holder.replacedBy(memberId);
    consumer.session(holder.id(), null);
    consumer.deadline(holder.id(), null);
    shard.record(new ConsumerMemberLeftRecord(group.id(), holder.id()));
    shard.record(new ConsumerMemberRecord(group.id(), replacement));
    consumer
        .targetRecords(consumer.targetEpoch(), consumer.fingerprint(), Map.of(memberId, target))
        .forEach(shard::record);
    return replacement;
  }

  private void join(
      Group group,
      ConsumerMember before,
      boolean isNew,
      Said request,
      Reply<JoinGroupResponseData> reply) {
    ConsumerGroup consumer = group.consumer();
    ConsumerMember said = said(before, request);
    if (isNew || !said.equals(before)) {
      shard.record(new ConsumerMemberRecord(group.id(), said));
    }
    if (isNew || !said.interest().equals(before.interest())) {
      members.releasePattern(consumer, before.interest().pattern());
      targets.bump(consumer);
    }
    targets.follow(consumer);
    consumer.deadline(said.id(), null);
    ConsumerMember now =
        members.reconcile(
            group, said, embedded.toIds(request.subscription.ownedPartitions()), true);
    members.restartSession(group, now);
    members.awaitRequest(group, now, "has not asked for its assignment in time");
    shard.whenDurable(
        reply,
        new JoinGroupResponseData()
            .setMemberId(now.id())
            .setGenerationId(now.epoch())
            .setProtocolType(EmbeddedProtocol.TYPE)
            .setProtocolName(request.protocols.get(0).name())
            .setLeader(""));
  }

  /** Else the group could not become classic again. */
  private static boolean haveOneInCommon(
      ConsumerGroup consumer, String memberId, List<MemberProtocol> protocols) {
    return protocols.stream()
        .anyMatch(
            protocol ->
                consumer.members().stream()
                    .filter(member -> !member.id().equals(memberId))
                    .allMatch(member -> supports(member, protocol.name())));
  }

  private static boolean supports(ConsumerMember member, String protocol) {
    ClassicMembership classic = member.classic();
    return classic == null || MemberProtocol.supports(classic.protocols(), protocol);
  }

  // ---- syncing and staying

  void sync(Group group, SyncGroupRequestData data, Reply<SyncGroupResponseData> reply) {
    ConsumerGroup consumer = group.consumer();
    ConsumerMember member = consumer.member(data.memberId());
    Errors error =
        check(consumer, member, data.memberId(), data.groupInstanceId(), data.generationId());
    if (error == Errors.NONE
        && data.protocolType() != null
        && !data.protocolType().equals(EmbeddedProtocol.TYPE)) {
      error = Errors.INCONSISTENT_GROUP_PROTOCOL;
    }
    if (error != Errors.NONE || member == null) {
      reply.ok(GroupReplies.sync(error));
      return;
    }
    members.restartSession(group, member);
    consumer.deadline(member.id(), null);
    if (isBehind(consumer, member)) {
      members.awaitRequest(group, member, "has not joined again in time");
      reply.ok(GroupReplies.sync(Errors.REBALANCE_IN_PROGRESS));
      return;
    }
    if (member.state() == ConsumerMemberState.UNREVOKED) {
      members.awaitRequest(group, member, "has not given its partitions back in time");
    }
    ClassicMembership classic = member.classic();
    shard.whenDurable(
        reply,
        new SyncGroupResponseData()
            .setProtocolType(EmbeddedProtocol.TYPE)
            .setProtocolName(classic == null ? null : classic.protocols().get(0).name())
            .setAssignment(embedded.assignment(member).bytes()));
  }

  Errors heartbeat(Group group, HeartbeatRequestData data) {
    ConsumerGroup consumer = group.consumer();
    ConsumerMember member = consumer.member(data.memberId());
    Errors error =
        check(consumer, member, data.memberId(), data.groupInstanceId(), data.generationId());
    if (error != Errors.NONE || member == null) {
      return error;
    }
    members.restartSession(group, member);
    if (isBehind(consumer, member)
        || member.state() == ConsumerMemberState.UNREVOKED
        || mayGetMore(consumer, member)) {
      members.awaitRequest(group, member, "has not joined again in time");
      return Errors.REBALANCE_IN_PROGRESS;
    }
    return Errors.NONE;
  }

  private static Errors check(
      ConsumerGroup consumer,
      @Nullable ConsumerMember member,
      String memberId,
      @Nullable String instanceId,
      int generation) {
    Errors error = consumer.check(memberId, instanceId);
    if (error != Errors.NONE) {
      return error;
    }
    if (member == null || !member.isClassic()) {
      return Errors.UNKNOWN_MEMBER_ID;
    }
    return generation == member.epoch() ? Errors.NONE : Errors.ILLEGAL_GENERATION;
  }

  private static boolean isBehind(ConsumerGroup consumer, ConsumerMember member) {
    return member.epoch() < consumer.targetEpoch()
        && member.state() != ConsumerMemberState.UNREVOKED;
  }

  /** Whether somebody has given back what this member is to have. */
  private static boolean mayGetMore(ConsumerGroup consumer, ConsumerMember member) {
    return member.state() == ConsumerMemberState.UNRELEASED
        && consumer.target(member.id()).stream()
            .anyMatch(
                each -> !member.assigned().contains(each) && consumer.isFree(each, member.id()));
  }

  // ---- leaving

  /**
   * Members leave, or are removed by an administrator: of the new protocol those that are static,
   * by their instance.
   */
  LeaveGroupResponseData leave(Group group, LeaveGroupRequestData data) {
    boolean single = data.members().isEmpty() && !data.memberId().isEmpty();
    List<MemberIdentity> leaving =
        single ? List.of(new MemberIdentity().setMemberId(data.memberId())) : data.members();
    List<MemberResponse> answers = new ArrayList<>();
    List<ConsumerMember> removed = new ArrayList<>();
    for (MemberIdentity each : leaving) {
      Errors error = leave(group.consumer(), each, removed);
      answers.add(
          new MemberResponse()
              .setMemberId(each.memberId())
              .setGroupInstanceId(each.groupInstanceId())
              .setErrorCode(error.code()));
    }
    members.remove(group, removed);
    LeaveGroupResponseData answer = new LeaveGroupResponseData();
    // Before version 3 there was one member, and its error was the answer's.
    return single ? answer.setErrorCode(answers.get(0).errorCode()) : answer.setMembers(answers);
  }

  private static Errors leave(
      ConsumerGroup consumer, MemberIdentity leaving, List<ConsumerMember> removed) {
    String instanceId = leaving.groupInstanceId();
    ConsumerMember member;
    if (instanceId != null && leaving.memberId().isEmpty()) {
      member = consumer.staticMember(instanceId);
    } else {
      if (instanceId == null && consumer.takeExpected(leaving.memberId())) {
        return Errors.NONE;
      }
      Errors error = consumer.check(leaving.memberId(), instanceId);
      if (error != Errors.NONE) {
        return error;
      }
      member = consumer.member(leaving.memberId());
      if (member != null && !member.isClassic()) {
        return Errors.UNKNOWN_MEMBER_ID;
      }
    }
    if (member == null || removed.contains(member)) {
      return Errors.UNKNOWN_MEMBER_ID;
    }
    removed.add(member);
    return Errors.NONE;
  }
}

package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData.Assignment;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * ConsumerGroupHeartbeat (KIP-848): joining, staying, changing what one reads, giving back, getting
 * and leaving are all said with it. The shard's thread. A heartbeat that changes nothing records
 * nothing.
 */
final class ConsumerHeartbeatHandler {
  private static final int JOIN = 0;
  private static final int LEAVE = -1;
  private static final int ID_OF_CLIENT_VERSION = 1;

  private final Shard<?> shard;
  private final ConsumerGroupConfig config;
  private final GroupTimes times;
  private final ConsumerMembers members;
  private final ConsumerTargets targets;

  ConsumerHeartbeatHandler(
      Shard<?> shard,
      ConsumerGroupConfig config,
      GroupTimes times,
      ConsumerMembers members,
      ConsumerTargets targets) {
    this.shard = shard;
    this.config = config;
    this.times = times;
    this.members = members;
    this.targets = targets;
  }

  static boolean joins(ConsumerGroupHeartbeatRequestData data) {
    return data.memberEpoch() == JOIN;
  }

  static ConsumerGroupHeartbeatResponseData refuse(Errors error, String why) {
    return new ConsumerGroupHeartbeatResponseData().setErrorCode(error.code()).setErrorMessage(why);
  }

  static ConsumerGroupHeartbeatResponseData unreleased(@Nullable String instanceId) {
    return refuse(Errors.UNRELEASED_INSTANCE_ID, inUse(instanceId));
  }

  private static String inUse(@Nullable String instanceId) {
    return "Instance " + instanceId + " is in use by another member.";
  }

  // ---- what can be seen from the request alone

  /** Why a request is refused whatever the group; null when it is not. */
  @Nullable ConsumerGroupHeartbeatResponseData check(
      ConsumerGroupHeartbeatRequestData data, int version) {
    String wrong = wrong(data, version);
    if (wrong == null) {
      wrong = ConsumerLimits.exceeded(data);
    }
    if (wrong != null) {
      return refuse(Errors.INVALID_REQUEST, wrong);
    }
    String assignor = data.serverAssignor();
    if (assignor != null && config.assignor(assignor) == null) {
      return refuse(
          Errors.UNSUPPORTED_ASSIGNOR,
          "There is no assignor "
              + assignor
              + "; there are: "
              + String.join(", ", config.assignorNames()));
    }
    return null;
  }

  private static @Nullable String wrong(ConsumerGroupHeartbeatRequestData data, int version) {
    int epoch = data.memberEpoch();
    if (data.groupId().isEmpty()) {
      return "The group id must not be empty.";
    }
    if (data.memberId().isEmpty() && (version >= ID_OF_CLIENT_VERSION || epoch != JOIN)) {
      return "The member id must not be empty.";
    }
    if (isEmpty(data.instanceId()) || isEmpty(data.rackId())) {
      return "Instance and rack ids are null or not empty.";
    }
    if (epoch < ConsumerMember.AWAY) {
      return "There is no member epoch " + epoch + ".";
    }
    if (epoch == ConsumerMember.AWAY && data.instanceId() == null) {
      return "Only a static member can leave for a while.";
    }
    if (epoch == JOIN) {
      return wrongJoin(data);
    }
    return hasNegativePartition(data) ? "Partitions are not negative." : null;
  }

  private static @Nullable String wrongJoin(ConsumerGroupHeartbeatRequestData data) {
    if (data.rebalanceTimeoutMs() < 0) {
      return "Who joins gives a rebalance timeout.";
    }
    if (data.topicPartitions() == null || !data.topicPartitions().isEmpty()) {
      return "Who joins has no partitions, and says so.";
    }
    if (data.subscribedTopicNames() == null && data.subscribedTopicRegex() == null) {
      return "Who joins subscribes to topics, by names or by a pattern.";
    }
    return null;
  }

  private static boolean isEmpty(@Nullable String value) {
    return value != null && value.isEmpty();
  }

  private static boolean hasNegativePartition(ConsumerGroupHeartbeatRequestData data) {
    List<TopicPartitions> owned = data.topicPartitions();
    return owned != null
        && owned.stream()
            .anyMatch(topic -> topic.partitions().stream().anyMatch(index -> index < 0));
  }

  /** The pattern that a request subscribes to; null when it says nothing of one, or of none. */
  static @Nullable String pattern(ConsumerGroupHeartbeatRequestData data) {
    String pattern = data.subscribedTopicRegex();
    return pattern == null || pattern.isEmpty() ? null : pattern;
  }

  /** Those of a member's partitions that a request says that it has; null when it says nothing. */
  private static @Nullable Set<LogId> owned(
      ConsumerGroupHeartbeatRequestData data, Set<LogId> some) {
    if (data.topicPartitions() == null) {
      return null;
    }
    Set<LogId> owned = new LinkedHashSet<>();
    for (TopicPartitions topic : data.topicPartitions()) {
      UUID id = PartitionSets.fromKafka(topic.topicId());
      for (int index : topic.partitions()) {
        LogId partition = new LogId(id, index);
        if (some.contains(partition)) {
          owned.add(partition);
        }
      }
    }
    return owned;
  }

  /** Whether a request says what the member has, and nothing that it was not given. */
  private static boolean ownsOnly(ConsumerGroupHeartbeatRequestData data, Set<LogId> given) {
    if (data.topicPartitions() == null) {
      return false;
    }
    for (TopicPartitions topic : data.topicPartitions()) {
      UUID id = PartitionSets.fromKafka(topic.topicId());
      for (int index : topic.partitions()) {
        if (!given.contains(new LogId(id, index))) {
          return false;
        }
      }
    }
    return true;
  }

  // ---- leaving

  static boolean leaves(ConsumerGroupHeartbeatRequestData data) {
    return data.memberEpoch() == LEAVE || data.memberEpoch() == ConsumerMember.AWAY;
  }

  ConsumerGroupHeartbeatResponseData leave(Group group, ConsumerGroupHeartbeatRequestData data) {
    ConsumerGroup consumer = group.consumer();
    Errors error = consumer.check(data.memberId(), data.instanceId());
    ConsumerMember member = consumer.member(data.memberId());
    if (error != Errors.NONE || member == null) {
      return refuse(
          error == Errors.NONE ? Errors.UNKNOWN_MEMBER_ID : error,
          "Member " + data.memberId() + " is not in the group.");
    }
    if (data.memberEpoch() == ConsumerMember.AWAY) {
      ConsumerMember away = member.away();
      if (!away.equals(member)) {
        shard.record(new ConsumerMemberRecord(group.id(), away));
      }
      consumer.deadline(member.id(), null);
      members.restartSession(group, away);
    } else {
      members.remove(group, List.of(member));
    }
    return new ConsumerGroupHeartbeatResponseData()
        .setMemberId(data.memberId())
        .setMemberEpoch(data.memberEpoch());
  }

  // ---- joining and staying

  /** Who a request comes from: a member that is known, or that is to be. */
  private record Caller(ConsumerMember member, boolean isNew, Errors error, String why) {
    static Caller known(ConsumerMember member) {
      return new Caller(member, false, Errors.NONE, "");
    }

    static Caller fresh(String id, @Nullable String instanceId) {
      Interest none = new Interest(List.of(), null, null);
      return new Caller(ConsumerMember.joining(id, instanceId, none), true, Errors.NONE, "");
    }

    static Caller refused(Errors error, String why) {
      Interest none = new Interest(List.of(), null, null);
      return new Caller(ConsumerMember.joining("", null, none), false, error, why);
    }
  }

  /**
   * Joins or stays; what the answer says rests on what is recorded by then.
   *
   * @param memberId of the member, given by the client or, in version 0, by the server
   */
  ConsumerGroupHeartbeatResponseData stay(
      Group group,
      RequestContext context,
      String memberId,
      ConsumerGroupHeartbeatRequestData data) {
    ConsumerGroup consumer = group.consumer();
    boolean joins = joins(data);
    // What is refused leaves no trace: before anybody is replaced, or begins anew.
    ConsumerMember present = joins ? present(consumer, memberId, data) : null;
    Caller caller =
        joins
            ? hasRoom(consumer, present, memberId, context, data)
                ? joining(group, memberId, data.instanceId())
                : FULL
            : staying(consumer, memberId, data);
    if (caller.error != Errors.NONE) {
      return refuse(caller.error, caller.why);
    }
    ConsumerMember before = caller.member;
    ConsumerMember said = said(before, context, data);
    if (!joins && !said.equals(before) && !hasRoom(consumer, before, said)) {
      return refuse(FULL.error, FULL.why);
    }
    // It matters only when something is to be given back; who joins has nothing.
    @Nullable Set<LogId> owned = owned(data, joins ? Set.of() : said.revoking());
    if (caller.isNew || !said.equals(before)) {
      shard.record(new ConsumerMemberRecord(group.id(), said));
    }
    if (caller.isNew || !said.interest().equals(before.interest())) {
      members.releasePattern(consumer, before.interest().pattern());
      targets.bump(consumer);
    }
    targets.follow(consumer);
    ConsumerMember now = members.reconcile(group, said, owned, joins);
    members.restartSession(group, now);
    ConsumerGroupHeartbeatResponseData answer =
        new ConsumerGroupHeartbeatResponseData()
            .setMemberId(now.id())
            .setMemberEpoch(now.epoch())
            .setHeartbeatIntervalMs(times.ofConsumers(group.id()).heartbeatIntervalMs());
    if (joins || isFull(data) || !now.assigned().equals(before.assigned())) {
      answer.setAssignment(assignment(now));
    }
    return answer;
  }

  /** A client that lost an answer says everything, and wants to hear everything. */
  private static boolean isFull(ConsumerGroupHeartbeatRequestData data) {
    return data.rebalanceTimeoutMs() != -1
        && data.topicPartitions() != null
        && (data.subscribedTopicNames() != null || data.subscribedTopicRegex() != null);
  }

  private static Assignment assignment(ConsumerMember member) {
    List<ConsumerGroupHeartbeatResponseData.TopicPartitions> topics = new ArrayList<>();
    PartitionSets.each(
        member.assigned(),
        (topic, indexes) ->
            topics.add(
                new ConsumerGroupHeartbeatResponseData.TopicPartitions()
                    .setTopicId(topic)
                    .setPartitions(indexes)));
    return new Assignment().setTopicPartitions(topics);
  }

  private static ConsumerMember said(
      ConsumerMember before, RequestContext context, ConsumerGroupHeartbeatRequestData data) {
    Interest wanted = wanted(before.interest(), data);
    return before
        .said(
            data.rackId() == null ? before.rackId() : data.rackId(),
            context.clientId(),
            context.clientHost(),
            data.rebalanceTimeoutMs() < 0 ? before.rebalanceTimeoutMs() : data.rebalanceTimeoutMs(),
            wanted)
        .speaking(null);
  }

  /** What it wants now; the very same when it says nothing of it, as it mostly does. */
  private static Interest wanted(Interest was, ConsumerGroupHeartbeatRequestData data) {
    if (data.subscribedTopicNames() == null
        && data.subscribedTopicRegex() == null
        && data.serverAssignor() == null) {
      return was;
    }
    @Nullable String pattern = data.subscribedTopicRegex() == null ? was.pattern() : pattern(data);
    Interest wanted =
        new Interest(
            data.subscribedTopicNames() == null ? was.topics() : data.subscribedTopicNames(),
            pattern,
            data.serverAssignor() == null ? was.assignor() : data.serverAssignor());
    return wanted.equals(was) ? was : wanted;
  }

  // ---- whether there is room for what it says

  private static final Caller FULL =
      Caller.refused(
          Errors.GROUP_MAX_SIZE_REACHED,
          "What the members of the group say of themselves, subscriptions above all, would take"
              + " more than "
              + ConsumerLimits.GROUP_BYTES
              + " bytes, or its members would use more than "
              + ConsumerLimits.PATTERNS
              + " patterns.");

  /** The member whose place somebody who joins takes, if there is one. */
  private static @Nullable ConsumerMember present(
      ConsumerGroup consumer, String memberId, ConsumerGroupHeartbeatRequestData data) {
    String instanceId = data.instanceId();
    ConsumerMember holder = instanceId == null ? null : consumer.staticMember(instanceId);
    return holder == null ? consumer.member(memberId) : holder;
  }

  private static boolean hasRoom(
      ConsumerGroup consumer,
      @Nullable ConsumerMember present,
      String memberId,
      RequestContext context,
      ConsumerGroupHeartbeatRequestData data) {
    ConsumerMember before =
        present == null ? Caller.fresh(memberId, data.instanceId()).member : present;
    return hasRoom(consumer, present, said(before, context, data));
  }

  private static boolean hasRoom(
      ConsumerGroup consumer, @Nullable ConsumerMember before, ConsumerMember said) {
    String pattern = said.interest().pattern();
    return consumer.hasRoom(before, said)
        && (pattern == null || consumer.hasRoomForPattern(before, pattern));
  }

  /**
   * Why a request with a pattern is refused before anybody looks for what matches it; null when it
   * is not, or {@link #stay} is to say why.
   */
  @Nullable ConsumerGroupHeartbeatResponseData checkPattern(
      ConsumerGroup consumer, ConsumerGroupHeartbeatRequestData data, String pattern) {
    ConsumerMember present = present(consumer, data.memberId(), data);
    return consumer.hasRoomForPattern(present, pattern) ? null : refuse(FULL.error, FULL.why);
  }

  /** Whether a request comes from a member that is as far as it says. */
  static boolean isKnown(ConsumerGroup consumer, ConsumerGroupHeartbeatRequestData data) {
    return staying(consumer, data.memberId(), data).error == Errors.NONE;
  }

  // ---- who it is

  private Caller joining(Group group, String memberId, @Nullable String instanceId) {
    ConsumerGroup consumer = group.consumer();
    ConsumerMember known = consumer.member(memberId);
    ConsumerMember holder = instanceId == null ? null : consumer.staticMember(instanceId);
    if (holder != null && !holder.id().equals(memberId)) {
      return holder.isAway()
          ? replacing(group, holder, memberId)
          : Caller.refused(Errors.UNRELEASED_INSTANCE_ID, inUse(instanceId));
    }
    if (known != null && (holder != null || instanceId == null)) {
      // It has begun anew, and has said that it has nothing.
      consumer.deadline(memberId, null);
      return known.isAway() ? back(known) : begunAnew(group, known);
    }
    if (known != null) {
      // The same id under an instance of its own: another member to us.
      members.forget(consumer, known);
    }
    if (consumer.size() >= config.maxSize()) {
      return Caller.refused(
          Errors.GROUP_MAX_SIZE_REACHED, "The group has " + config.maxSize() + " members.");
    }
    return Caller.fresh(memberId, instanceId);
  }

  private Caller begunAnew(Group group, ConsumerMember known) {
    ConsumerMember anew = known.rejoining();
    if (!anew.equals(known)) {
      // What it had must be free before it is shared out again, to it or to others.
      shard.record(new ConsumerMemberRecord(group.id(), anew));
    }
    return Caller.known(anew);
  }

  /** A static member is back under its old id; what it had waited for it. */
  private Caller back(ConsumerMember away) {
    return Caller.known(away.moved(0, ConsumerMemberState.STABLE, away.assigned(), Set.of()));
  }

  /** Another process takes over what a static member had and was to have. */
  private Caller replacing(Group group, ConsumerMember away, String memberId) {
    ConsumerGroup consumer = group.consumer();
    ConsumerMember other = consumer.member(memberId);
    if (other != null) {
      // The same id without the instance, or under another: it is another member to us.
      members.forget(consumer, other);
      targets.bump(consumer);
    }
    Set<LogId> target = consumer.target(away.id());
    ConsumerMember replacement = away.replacedBy(memberId);
    consumer.session(away.id(), null);
    consumer.deadline(away.id(), null);
    shard.record(new ConsumerMemberLeftRecord(group.id(), away.id()));
    shard.record(new ConsumerMemberRecord(group.id(), replacement));
    consumer
        .targetRecords(consumer.targetEpoch(), consumer.fingerprint(), Map.of(memberId, target))
        .forEach(shard::record);
    return Caller.known(replacement);
  }

  private static Caller staying(
      ConsumerGroup consumer, String memberId, ConsumerGroupHeartbeatRequestData data) {
    Errors error = consumer.check(memberId, data.instanceId());
    ConsumerMember member = consumer.member(memberId);
    if (error != Errors.NONE || member == null) {
      return Caller.refused(
          error == Errors.NONE ? Errors.UNKNOWN_MEMBER_ID : error,
          error == Errors.FENCED_INSTANCE_ID
              ? "Instance " + data.instanceId() + " is another member by now."
              : "Member " + memberId + " is not in the group.");
    }
    int epoch = data.memberEpoch();
    boolean lostAnswer =
        epoch == member.previousEpoch()
            && epoch < member.epoch()
            && ownsOnly(data, member.assigned());
    if (member.isClassic() || (epoch != member.epoch() && !lostAnswer)) {
      return Caller.refused(
          Errors.FENCED_MEMBER_EPOCH,
          "Member " + memberId + " is in epoch " + member.epoch() + ", not " + epoch + ".");
    }
    return Caller.known(member);
  }
}

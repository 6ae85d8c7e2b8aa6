package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData.Assignment;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * ShareGroupHeartbeat (KIP-932): joining, staying, changing what one reads, getting and leaving are
 * all said with it. The shard's thread. A heartbeat that changes nothing records nothing.
 */
final class ShareHeartbeatHandler {
  private static final int JOIN = 0;
  private static final int LEAVE = -1;

  private final Shard<?> shard;
  private final GroupTimes times;
  private final int maxSize;
  private final ShareTargets targets;
  private final SharePartitions partitions;
  private final ShareMembers members;

  ShareHeartbeatHandler(
      Shard<?> shard,
      GroupTimes times,
      int maxSize,
      ShareTargets targets,
      SharePartitions partitions,
      ShareMembers members) {
    this.shard = shard;
    this.times = times;
    this.maxSize = maxSize;
    this.targets = targets;
    this.partitions = partitions;
    this.members = members;
  }

  static boolean joins(ShareGroupHeartbeatRequestData data) {
    return data.memberEpoch() == JOIN;
  }

  static boolean leaves(ShareGroupHeartbeatRequestData data) {
    return data.memberEpoch() == LEAVE;
  }

  static ShareGroupHeartbeatResponseData refuse(Errors error, String why) {
    return new ShareGroupHeartbeatResponseData().setErrorCode(error.code()).setErrorMessage(why);
  }

  /** Why a request is refused whatever the group; null when it is not. */
  static @Nullable ShareGroupHeartbeatResponseData check(ShareGroupHeartbeatRequestData data) {
    String wrong = wrong(data);
    return wrong == null ? null : refuse(Errors.INVALID_REQUEST, wrong);
  }

  private static @Nullable String wrong(ShareGroupHeartbeatRequestData data) {
    if (data.groupId().isEmpty()) {
      return "The group id must not be empty.";
    }
    if (data.groupId().length() > ShareLimits.GROUP_ID) {
      return "The id of a share group has at most " + ShareLimits.GROUP_ID + " characters.";
    }
    if (data.memberId().isEmpty()) {
      return "The member id must not be empty.";
    }
    if (data.memberId().length() > ShareLimits.MEMBER_ID) {
      return "A member id has at most " + ShareLimits.MEMBER_ID + " characters.";
    }
    if (data.memberEpoch() < LEAVE) {
      return "There is no member epoch " + data.memberEpoch() + ".";
    }
    if (data.rackId() != null && data.rackId().isEmpty()) {
      return "A rack id is null or not empty.";
    }
    if (joins(data)
        && (data.subscribedTopicNames() == null || data.subscribedTopicNames().isEmpty())) {
      return "Who joins names topics.";
    }
    return ConsumerLimits.exceeded(data.subscribedTopicNames());
  }

  // ---- leaving

  ShareGroupHeartbeatResponseData leave(Group group, ShareGroupHeartbeatRequestData data) {
    ShareMember member = group.share().member(data.memberId());
    if (member == null) {
      return unknown(data);
    }
    members.remove(group, List.of(member));
    return new ShareGroupHeartbeatResponseData().setMemberId(data.memberId()).setMemberEpoch(LEAVE);
  }

  private static ShareGroupHeartbeatResponseData unknown(ShareGroupHeartbeatRequestData data) {
    return refuse(Errors.UNKNOWN_MEMBER_ID, "Member " + data.memberId() + " is not in the group.");
  }

  // ---- joining and staying

  /** Why somebody is not let in, or not known any more; null when nothing is wrong. */
  @Nullable ShareGroupHeartbeatResponseData checkMember(
      @Nullable ShareGroup group, RequestContext context, ShareGroupHeartbeatRequestData data) {
    ShareMember member = group == null ? null : group.member(data.memberId());
    int epoch = data.memberEpoch();
    if (!joins(data)) {
      if (member == null) {
        return unknown(data);
      }
      if (epoch != member.epoch() && (epoch != member.previousEpoch() || epoch > member.epoch())) {
        return refuse(
            Errors.FENCED_MEMBER_EPOCH,
            "Member " + member.id() + " is in epoch " + member.epoch() + ", not " + epoch + ".");
      }
    } else if (member == null && group != null && group.size() >= maxSize) {
      return refuse(Errors.GROUP_MAX_SIZE_REACHED, "The group has " + maxSize + " members.");
    }
    ShareMember said = said(member == null ? fresh(data) : member, context, data);
    boolean room =
        group == null
            ? said.saidBytes() <= ConsumerLimits.GROUP_BYTES
            : group.hasRoom(member, said);
    return room
        ? null
        : refuse(
            Errors.GROUP_MAX_SIZE_REACHED,
            "What the members of the group say of themselves would take more than "
                + ConsumerLimits.GROUP_BYTES
                + " bytes.");
  }

  private static ShareMember fresh(ShareGroupHeartbeatRequestData data) {
    return ShareMember.joining(data.memberId());
  }

  private static ShareMember said(
      ShareMember before, RequestContext context, ShareGroupHeartbeatRequestData data) {
    List<String> topics = data.subscribedTopicNames();
    Interest wanted = topics == null ? before.interest() : ShareMember.interest(topics);
    return before.said(
        data.rackId() == null ? before.rackId() : data.rackId(),
        context.clientId(),
        context.clientHost(),
        wanted.equals(before.interest()) ? before.interest() : wanted);
  }

  /** Lets somebody in that {@link #checkMember} says nothing against, or notes what it says. */
  void stay(
      Group group,
      RequestContext context,
      ShareGroupHeartbeatRequestData data,
      Reply<ShareGroupHeartbeatResponseData> reply) {
    ShareGroup share = group.share();
    ShareMember before = share.member(data.memberId());
    ShareMember said = said(before == null ? fresh(data) : before, context, data);
    if (!said.equals(before)) {
      shard.record(new ShareMemberRecord(group.id(), said));
    }
    boolean changed = before == null || !said.interest().equals(before.interest());
    if (changed) {
      targets.bump(share);
    }
    members.restartSession(group, said.id());
    if (!changed) {
      reply(group, data, reply);
      return;
    }
    partitions.whenReady(
        group,
        () -> {
          try {
            reply(group, data, reply);
          } catch (RuntimeException e) {
            reply.fail(e);
          }
        },
        reply);
  }

  private void reply(
      Group group,
      ShareGroupHeartbeatRequestData data,
      Reply<ShareGroupHeartbeatResponseData> reply) {
    ShareGroup share = group.share();
    ShareMember member = share.member(data.memberId());
    if (member == null) {
      // It has left, or was removed, while there were cursors to be made.
      shard.whenDurable(reply, unknown(data));
      return;
    }
    targets.follow(share);
    ShareMember told = member.told(share.targetEpoch(), share.target(member.id()));
    if (!told.equals(member)) {
      shard.record(new ShareMemberRecord(group.id(), told));
    }
    ShareGroupHeartbeatResponseData answer =
        new ShareGroupHeartbeatResponseData()
            .setMemberId(told.id())
            .setMemberEpoch(told.epoch())
            .setHeartbeatIntervalMs(times.ofShare(group.id()).heartbeatIntervalMs());
    boolean lostAnswer = data.memberEpoch() != member.epoch();
    if (joins(data) || lostAnswer || !told.assigned().equals(member.assigned())) {
      answer.setAssignment(assignment(told.assigned()));
    }
    shard.whenDurable(reply, answer);
  }

  private static Assignment assignment(Set<LogId> assigned) {
    List<ShareGroupHeartbeatResponseData.TopicPartitions> topics = new ArrayList<>();
    PartitionSets.each(
        assigned,
        (topic, indexes) ->
            topics.add(
                new ShareGroupHeartbeatResponseData.TopicPartitions()
                    .setTopicId(topic)
                    .setPartitions(indexes)));
    return new Assignment().setTopicPartitions(topics);
  }
}

package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.Shard;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the members of consumer groups on their way (KIP-848): takes them towards their target, and
 * removes those who are silent or do not give back in time. The shard's thread.
 */
final class ConsumerMembers {
  private static final Logger LOG = LoggerFactory.getLogger(ConsumerMembers.class);

  private final Shard<?> shard;
  private final GroupTimes times;
  private final ConsumerTargets targets;
  private final TopicPatterns patterns;
  private final ExpiredMembers expired;
  private final Predicate<Group> downgrade;

  /** Groups whose target is to be computed soon. */
  private final Set<Group> due = new LinkedHashSet<>();

  private boolean stopped;

  /**
   * The members of one shard's consumer groups.
   *
   * @param downgrade makes a group classic whose members all are; false when it is to stay
   */
  ConsumerMembers(
      Shard<?> shard,
      GroupTimes times,
      ConsumerTargets targets,
      TopicPatterns patterns,
      ExpiredMembers expired,
      Predicate<Group> downgrade) {
    this.shard = shard;
    this.times = times;
    this.targets = targets;
    this.patterns = patterns;
    this.expired = expired;
    this.downgrade = downgrade;
  }

  // ---- on the way

  /**
   * Takes a member a step towards its target.
   *
   * @param owned what the client says that it has; null when it says nothing
   * @param joins whether it has nothing else, for certain
   * @return the member as it is then
   */
  ConsumerMember reconcile(
      Group group, ConsumerMember member, @Nullable Set<LogId> owned, boolean joins) {
    ConsumerGroup consumer = group.consumer();
    Set<LogId> target = consumer.target(member.id());
    ConsumerMember next =
        Reconciliation.next(
            joins && owned != null ? Reconciliation.joining(member, target, owned) : member,
            consumer.targetEpoch(),
            target,
            partition -> consumer.isFree(partition, member.id()),
            owned);
    if (!next.equals(member)) {
      shard.record(new ConsumerMemberRecord(group.id(), next));
      consumer.deadline(next.id(), null);
    }
    watchRevocation(group, next);
    return next;
  }

  /** Gives a member that is to give partitions back its time, unless that is running. */
  private void watchRevocation(Group group, ConsumerMember member) {
    if (member.state() == ConsumerMemberState.UNREVOKED) {
      awaitRequest(group, member, "has not given its partitions back in time");
    }
  }

  /** Gives a member that speaks the classic protocol its time for the next request, unless set. */
  void awaitRequest(Group group, ConsumerMember member, String reason) {
    ConsumerGroup consumer = group.consumer();
    if (!consumer.hasDeadline(member.id())) {
      consumer.deadline(
          member.id(),
          shard
              .timers()
              .after(member.rebalanceTimeoutMs(), () -> removeLate(group, member.id(), reason)));
    }
  }

  private void removeLate(Group group, String memberId, String reason) {
    ConsumerMember late = group.isConsumer() ? group.consumer().member(memberId) : null;
    if (late != null) {
      LOG.info("group {}: member {} {}", group.id(), memberId, reason);
      remove(group, List.of(late));
    }
  }

  // ---- sessions

  /** The member was heard of. */
  void restartSession(Group group, ConsumerMember member) {
    ClassicMembership classic = member.classic();
    int timeoutMs =
        classic == null
            ? times.ofConsumers(group.id()).sessionTimeoutMs()
            : classic.sessionTimeoutMs();
    group
        .consumer()
        .session(member.id(), shard.timers().after(timeoutMs, () -> expire(group, member.id())));
  }

  private void expire(Group group, String memberId) {
    ConsumerMember member = group.isConsumer() ? group.consumer().member(memberId) : null;
    if (member != null) {
      expired.add(group.id(), memberId, () -> group.isConsumer() ? group.consumer().size() : 0);
      remove(group, List.of(member));
    }
  }

  /** A group was read from the log: everyone gets a new session, and new time. */
  void resume(Group group) {
    for (ConsumerMember member : group.consumer().members()) {
      restartSession(group, member);
      watchRevocation(group, member);
    }
    targets.refresh(group.consumer());
  }

  // ---- leaving

  /**
   * Takes members out of the group and shares what they had among the others: once for all that go
   * in one turn, or when one of the others asks.
   */
  void remove(Group group, List<ConsumerMember> members) {
    if (members.isEmpty()) {
      return;
    }
    ConsumerGroup consumer = group.consumer();
    for (ConsumerMember member : members) {
      forget(consumer, member);
    }
    if (!downgrade.test(group)) {
      targets.bump(consumer);
      refreshSoon(group);
    }
  }

  private void refreshSoon(Group group) {
    if (due.isEmpty()) {
      shard.event(this::refreshDue);
    }
    due.add(group);
  }

  private void refreshDue() {
    List<Group> groups = List.copyOf(due);
    due.clear();
    if (stopped) {
      return;
    }
    for (Group group : groups) {
      if (group.live() && group.isConsumer()) {
        targets.follow(group.consumer());
      }
    }
  }

  /** The shard has stopped. */
  void stop() {
    stopped = true;
  }

  /** Makes a group classic if nobody is left in it that speaks the new protocol. */
  void downgradeIfClassic(Group group) {
    if (downgrade.test(group)) {
      due.remove(group);
    }
  }

  /** Takes a member out of the group, and nothing else. */
  void forget(ConsumerGroup consumer, ConsumerMember member) {
    consumer.session(member.id(), null);
    consumer.deadline(member.id(), null);
    shard.record(new ConsumerMemberLeftRecord(consumer.id(), member.id()));
    releasePattern(consumer, member.interest().pattern());
  }

  /** A pattern that nobody uses any more is not kept. */
  void releasePattern(ConsumerGroup consumer, @Nullable String pattern) {
    if (pattern != null && !consumer.usesPattern(pattern)) {
      patterns.releaseUnused(pattern);
    }
  }
}

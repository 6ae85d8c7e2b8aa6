package io.millrace.server.group;

import io.millrace.server.shard.Shard;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes members of share groups who leave or are silent for too long (KIP-932). What they had of
 * records they lose with their sessions of fetching. The shard's thread.
 */
final class ShareMembers {
  private final Shard<?> shard;
  private final GroupTimes times;
  private final ShareTargets targets;
  private final ExpiredMembers expired;

  /** Groups whose target is to be computed soon. */
  private final Set<Group> due = new LinkedHashSet<>();

  private boolean stopped;

  ShareMembers(Shard<?> shard, GroupTimes times, ShareTargets targets, ExpiredMembers expired) {
    this.shard = shard;
    this.times = times;
    this.targets = targets;
    this.expired = expired;
  }

  /** The member was heard of. */
  void restartSession(Group group, String memberId) {
    group
        .share()
        .session(
            memberId,
            shard
                .timers()
                .after(
                    times.ofShare(group.id()).sessionTimeoutMs(), () -> expire(group, memberId)));
  }

  private void expire(Group group, String memberId) {
    ShareMember member = group.share().member(memberId);
    if (member != null) {
      expired.add(group.id(), memberId, () -> group.share().size());
      remove(group, List.of(member));
    }
  }

  /** A group was read from the log: everyone gets a new session. */
  void resume(Group group) {
    group.share().members().forEach(member -> restartSession(group, member.id()));
    targets.refresh(group.share());
  }

  /** Takes members out of the group; those that stay share what there is in the next turn. */
  void remove(Group group, List<ShareMember> members) {
    ShareGroup share = group.share();
    for (ShareMember member : members) {
      share.session(member.id(), null);
      shard.record(new ShareMemberLeftRecord(group.id(), member.id()));
    }
    targets.bump(share);
    if (due.isEmpty()) {
      shard.event(this::refreshDue);
    }
    due.add(group);
  }

  private void refreshDue() {
    List<Group> groups = List.copyOf(due);
    due.clear();
    for (Group group : groups) {
      if (!stopped && group.live()) {
        targets.follow(group.share());
      }
    }
  }

  /** The shard has stopped. */
  void stop() {
    stopped = true;
  }
}

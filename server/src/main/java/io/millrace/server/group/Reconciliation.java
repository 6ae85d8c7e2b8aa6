package io.millrace.server.group;

import io.millrace.log.LogId;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes one member of a consumer group a step towards its target assignment (KIP-848): it gives
 * back what is no longer its own before it gets anything new, and gets a partition only when nobody
 * else has it. Pure.
 */
final class Reconciliation {
  private Reconciliation() {}

  /**
   * The member without what it can no longer have, because it joins: it has nothing but what it
   * says, and takes nothing that it was given before.
   */
  static ConsumerMember joining(ConsumerMember member, Set<LogId> target, Set<LogId> owned) {
    Set<LogId> stays = new LinkedHashSet<>(member.assigned());
    stays.removeIf(each -> !target.contains(each) && !owned.contains(each));
    return member.moved(member.epoch(), member.state(), stays, member.revoking());
  }

  /**
   * What the member is to be next; equal to it when there is nothing to do yet.
   *
   * @param targetEpoch the epoch that it reaches when nothing is left to give back
   * @param target what it is to have in the end
   * @param isFree whether no other member has a partition
   * @param owned what the client says that it has, which matters when it is to give something back;
   *     null when it says nothing
   */
  static ConsumerMember next(
      ConsumerMember member,
      int targetEpoch,
      Set<LogId> target,
      Predicate<LogId> isFree,
      @Nullable Set<LogId> owned) {
    if (member.state() == ConsumerMemberState.UNREVOKED && mayHave(owned, member.revoking())) {
      return member;
    }
    Set<LogId> kept = PartitionSets.both(member.assigned(), target);
    Set<LogId> givesBack = PartitionSets.without(member.assigned(), kept);
    if (!givesBack.isEmpty()) {
      // Whatever it says: it may be about to take what it was given a moment ago.
      return member.moved(member.epoch(), ConsumerMemberState.UNREVOKED, kept, givesBack);
    }
    Set<LogId> gets = new LinkedHashSet<>(kept);
    boolean all = true;
    for (LogId each : target) {
      if (kept.contains(each) || isFree.test(each)) {
        gets.add(each);
      } else {
        all = false;
      }
    }
    return member.moved(
        targetEpoch,
        all ? ConsumerMemberState.STABLE : ConsumerMemberState.UNRELEASED,
        gets,
        Set.of());
  }

  /** Whether the client may still read one of these: it says so, or says nothing. */
  private static boolean mayHave(@Nullable Set<LogId> owned, Set<LogId> some) {
    return owned == null || some.stream().anyMatch(owned::contains);
  }
}

package io.millrace.server.group;

import io.millrace.kernel.Timers.Timer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of a classic group and the generation that they are in, or on their way to. Knows the
 * rules of membership; {@link Rebalancer} drives it. The thread of the group's shard.
 *
 * <p>Who waits to join is known to this memory only: after a restart the group is as {@link
 * GroupRecord} last kept it, and clients join again.
 */
final class ClassicGroup {
  private static final Logger LOG = LoggerFactory.getLogger(ClassicGroup.class);

  private final String id;
  private GroupState state = GroupState.EMPTY;
  private long stateSinceMs;
  private int generation;
  private @Nullable String protocolType;
  private @Nullable String protocolName;
  private @Nullable String leader;
  private final Map<String, Member> members = new LinkedHashMap<>();

  /** Member ids by instance id (KIP-345). */
  private final Map<String, String> staticMembers = new HashMap<>();

  /**
   * Ids that were given out and have not yet joined (KIP-394), with the timers that forget them.
   */
  private final Map<String, Timer> pendingMembers = new HashMap<>();

  /** Members of this generation that have not yet asked for their assignment. */
  private final Set<String> pendingSync = new LinkedHashSet<>();

  private @Nullable Timer rebalanceTimer;

  /** The first rebalance of an empty group waits its time, whoever has joined. */
  private boolean inInitialDelay;

  private boolean joinedDuringInitialDelay;

  ClassicGroup(String id, long nowMs) {
    this.id = id;
    this.stateSinceMs = nowMs;
  }

  /** A group as it was kept. */
  static ClassicGroup restored(GroupRecord kept) {
    ClassicGroup group = new ClassicGroup(kept.groupId(), kept.stateSinceMs());
    group.generation = kept.generation();
    group.protocolType = kept.protocolType();
    group.protocolName = kept.protocolName();
    group.leader = kept.leader();
    for (GroupRecord.MemberState each : kept.members()) {
      Member member = each.toMember();
      member.settled();
      group.members.put(member.id(), member);
      if (member.instanceId() != null) {
        group.staticMembers.put(member.instanceId(), member.id());
      }
    }
    group.state = group.members.isEmpty() ? GroupState.EMPTY : GroupState.STABLE;
    return group;
  }

  String id() {
    return id;
  }

  GroupState state() {
    return state;
  }

  boolean is(GroupState wanted) {
    return state == wanted;
  }

  long stateSinceMs() {
    return stateSinceMs;
  }

  int generation() {
    return generation;
  }

  @Nullable String protocolType() {
    return protocolType;
  }

  @Nullable String protocolName() {
    return protocolName;
  }

  @Nullable String leader() {
    return leader;
  }

  boolean isLeader(Member member) {
    return member.id().equals(leader);
  }

  void transitionTo(GroupState next, String reason, long nowMs) {
    if (!state.canBecome(next)) {
      throw new IllegalStateException(
          "group " + id + " cannot go from " + state + " to " + next + ": " + reason);
    }
    LOG.debug("group {} generation {}: {} -> {}, {}", id, generation, state, next, reason);
    state = next;
    stateSinceMs = nowMs;
  }

  // ---- members

  Collection<Member> members() {
    return members.values();
  }

  int size() {
    return members.size();
  }

  @Nullable Member member(String memberId) {
    return members.get(memberId);
  }

  @Nullable Member staticMember(String instanceId) {
    String memberId = staticMembers.get(instanceId);
    return memberId == null ? null : members.get(memberId);
  }

  /** What is wrong with a claim to be a member: unknown, or fenced by a newer instance. */
  Errors check(String memberId, @Nullable String instanceId) {
    if (instanceId != null) {
      String current = staticMembers.get(instanceId);
      if (current == null) {
        return Errors.UNKNOWN_MEMBER_ID;
      }
      return current.equals(memberId) ? Errors.NONE : Errors.FENCED_INSTANCE_ID;
    }
    return members.containsKey(memberId) ? Errors.NONE : Errors.UNKNOWN_MEMBER_ID;
  }

  void add(Member member, String type) {
    if (members.isEmpty()) {
      protocolType = type;
    }
    if (leader == null) {
      leader = member.id();
    }
    members.put(member.id(), member);
    if (member.instanceId() != null) {
      staticMembers.put(member.instanceId(), member.id());
    }
    if (inInitialDelay) {
      joinedDuringInitialDelay = true;
    }
  }

  void remove(Member member) {
    members.remove(member.id());
    pendingSync.remove(member.id());
    if (member.instanceId() != null) {
      staticMembers.remove(member.instanceId(), member.id());
    }
    if (isLeader(member)) {
      leader = members.isEmpty() ? null : members.keySet().iterator().next();
    }
  }

  /** A new process takes the place of a static member, in its order and with its assignment. */
  void replaceStatic(Member member, String newId) {
    Map<String, Member> before = new LinkedHashMap<>(members);
    String oldId = member.id();
    if (isLeader(member)) {
      leader = newId;
    }
    member.renamed(newId);
    members.clear();
    before.values().forEach(each -> members.put(each.id(), each));
    if (pendingSync.remove(oldId)) {
      pendingSync.add(newId);
    }
    String instanceId = member.instanceId();
    if (instanceId != null) {
      staticMembers.put(instanceId, newId);
    }
  }

  Map<String, Timer> pendingMembers() {
    return pendingMembers;
  }

  /** Forgets an id that was given out; false when it is none. */
  boolean removePending(String memberId) {
    Timer timer = pendingMembers.remove(memberId);
    if (timer != null) {
      timer.cancel();
    }
    return timer != null;
  }

  Set<String> pendingSync() {
    return pendingSync;
  }

  // ---- joining

  /** Whether a member with these strategies may be in the group. */
  boolean supports(String type, List<MemberProtocol> protocols) {
    if (type.isEmpty() || protocols.isEmpty()) {
      return false;
    }
    if (members.isEmpty()) {
      return true;
    }
    return type.equals(protocolType)
        && candidates().stream().anyMatch(name -> MemberProtocol.supports(protocols, name));
  }

  /** The strategies that every member supports. */
  private Set<String> candidates() {
    Set<String> common = new HashSet<>();
    boolean first = true;
    for (Member member : members.values()) {
      Set<String> names = new HashSet<>();
      member.protocols().forEach(protocol -> names.add(protocol.name()));
      if (first) {
        common.addAll(names);
        first = false;
      } else {
        common.retainAll(names);
      }
    }
    return common;
  }

  /** The strategy that most members like best among those that all support. */
  String selectProtocol() {
    Set<String> candidates = candidates();
    Map<String, Integer> votes = new LinkedHashMap<>();
    members.values().forEach(member -> votes.merge(member.vote(candidates), 1, Integer::sum));
    String best = "";
    int most = 0;
    for (Map.Entry<String, Integer> each : votes.entrySet()) {
      if (each.getValue() > most) {
        best = each.getKey();
        most = each.getValue();
      }
    }
    return best;
  }

  int awaitingJoin() {
    int count = 0;
    for (Member member : members.values()) {
      if (member.awaitsJoin()) {
        count++;
      }
    }
    return count;
  }

  boolean allJoined() {
    return pendingMembers.isEmpty() && awaitingJoin() == members.size();
  }

  /** Dynamic members that did not join the generation that is being prepared. */
  List<Member> absentDynamicMembers() {
    List<Member> absent = new ArrayList<>();
    for (Member member : members.values()) {
      if (!member.awaitsJoin() && !member.isStatic()) {
        absent.add(member);
      }
    }
    return absent;
  }

  /** Makes sure that the leader has joined. False when nobody has. */
  boolean electJoinedLeader() {
    Member current = leader == null ? null : members.get(leader);
    if (current != null && current.awaitsJoin()) {
      return true;
    }
    for (Member member : members.values()) {
      if (member.awaitsJoin()) {
        leader = member.id();
        return true;
      }
    }
    return false;
  }

  /** Everyone who is to be in it is there. */
  void nextGeneration() {
    generation++;
    protocolName = members.isEmpty() ? null : selectProtocol();
    pendingSync.clear();
    pendingSync.addAll(members.keySet());
  }

  /** The longest that a member may take to join again, in milliseconds. */
  int rebalanceTimeoutMs() {
    int longest = 0;
    for (Member member : members.values()) {
      longest = Math.max(longest, member.rebalanceTimeoutMs());
    }
    return longest;
  }

  // ---- the timer of the rebalance under way

  void rebalanceTimer(@Nullable Timer timer) {
    if (rebalanceTimer != null) {
      rebalanceTimer.cancel();
    }
    rebalanceTimer = timer;
  }

  boolean inInitialDelay() {
    return inInitialDelay;
  }

  void beginInitialDelay() {
    inInitialDelay = true;
    joinedDuringInitialDelay = false;
  }

  /** Whether somebody has joined since {@link #beginInitialDelay}. */
  boolean joinedDuringInitialDelay() {
    return joinedDuringInitialDelay;
  }

  void endInitialDelay() {
    inInitialDelay = false;
  }

  /** Stops every timer. */
  void cancelTimers() {
    rebalanceTimer(null);
    pendingMembers.values().forEach(Timer::cancel);
    pendingMembers.clear();
    members.values().forEach(member -> member.session(null));
  }
}

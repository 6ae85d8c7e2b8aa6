package io.millrace.server.group;

import io.millrace.kernel.Timers.Timer;
import io.millrace.log.LogId;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group that the server assigns partitions to (KIP-848), and what each of them is
 * to have. The thread of the group's shard; but for the timers, changed by replay only.
 *
 * <p>A change of the members, of what they want to read or of the topics begins a new <i>group
 * epoch</i>. The <i>target</i> is who is to have what in the end, as of an epoch that follows the
 * group's. Each member comes to its part of the target by itself, see {@link Reconciliation}, and
 * is then in the target's epoch.
 *
 * <p>Records about members and targets replace what is known of the members that they name, so that
 * a snapshot among later records gives the same state (see {@link Group#snapshot}).
 */
final class ConsumerGroup {
  private static final int TARGETS_PER_RECORD = 100;

  private final String id;
  private int epoch;
  private long changedMs;
  private final Map<String, ConsumerMember> members = new LinkedHashMap<>();

  /** Member ids by instance id (KIP-345). */
  private final Map<String, String> staticMembers = new HashMap<>();

  /** By how many members each pattern is used. */
  private final Map<String, Integer> patterns = new HashMap<>();

  /** See {@link ConsumerMember#saidBytes}. */
  private long saidBytes;

  /** Which member has a partition, or is to give it back. */
  private final Map<LogId, String> owners = new HashMap<>();

  private int targetEpoch;
  private long fingerprint;
  private final Map<String, Set<LogId>> targets = new HashMap<>();

  private final Map<String, Timer> sessions = new HashMap<>();
  private final Map<String, Timer> deadlines = new HashMap<>();

  /** Ids that were given to members of the classic protocol, which have not yet joined. */
  private final Map<String, Timer> expected = new HashMap<>();

  ConsumerGroup(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  int epoch() {
    return epoch;
  }

  /** When the group epoch began: for a group without members, when the last one left. */
  long changedMs() {
    return changedMs;
  }

  ConsumerGroupState state() {
    if (members.isEmpty()) {
      return ConsumerGroupState.EMPTY;
    }
    if (epoch > targetEpoch) {
      return ConsumerGroupState.ASSIGNING;
    }
    for (ConsumerMember member : members.values()) {
      if (member.epoch() != targetEpoch || member.state() != ConsumerMemberState.STABLE) {
        return ConsumerGroupState.RECONCILING;
      }
    }
    return ConsumerGroupState.STABLE;
  }

  // ---- members

  Collection<ConsumerMember> members() {
    return Collections.unmodifiableCollection(members.values());
  }

  int size() {
    return members.size();
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  @Nullable ConsumerMember member(String memberId) {
    return members.get(memberId);
  }

  @Nullable ConsumerMember staticMember(String instanceId) {
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

  /**
   * Why a commit of offsets is refused.
   *
   * @param memberEpoch negative for somebody who assigns partitions to itself
   * @param stale what a member is told that is in another epoch
   */
  Errors checkCommit(String memberId, int memberEpoch, Errors stale) {
    if (memberEpoch < 0 && members.isEmpty()) {
      return Errors.NONE;
    }
    ConsumerMember member = members.get(memberId);
    if (member == null) {
      return Errors.UNKNOWN_MEMBER_ID;
    }
    if (memberEpoch == member.epoch()) {
      return Errors.NONE;
    }
    return member.isClassic() ? Errors.ILLEGAL_GENERATION : stale;
  }

  /** Whether there is such a member, and it knows of epochs. */
  boolean speaksNewProtocol(String memberId) {
    ConsumerMember member = members.get(memberId);
    return member != null && !member.isClassic();
  }

  /** Why offsets are not told; who does not say that it is a member is told. */
  Errors checkFetch(@Nullable String memberId, int memberEpoch) {
    if (memberEpoch < 0 && (memberId == null || memberId.isEmpty())) {
      return Errors.NONE;
    }
    ConsumerMember member = memberId == null ? null : members.get(memberId);
    if (member == null) {
      return Errors.UNKNOWN_MEMBER_ID;
    }
    return memberEpoch == member.epoch() ? Errors.NONE : Errors.STALE_MEMBER_EPOCH;
  }

  /** Whether members speak the classic protocol only. */
  boolean isAllClassic() {
    return members.values().stream().allMatch(ConsumerMember::isClassic);
  }

  /** Whether some member uses this pattern. */
  boolean usesPattern(String pattern) {
    return patterns.containsKey(pattern);
  }

  /**
   * Whether what a member says is not too much for the group; less than before never is.
   *
   * @param before null for a newcomer
   */
  boolean hasRoom(@Nullable ConsumerMember before, ConsumerMember said) {
    long had = before == null ? 0 : before.saidBytes();
    long has = said.saidBytes();
    return has <= had || saidBytes - had + has <= ConsumerLimits.GROUP_BYTES;
  }

  /**
   * Whether the members have not too many patterns when this one uses that one.
   *
   * @param before null for a newcomer
   */
  boolean hasRoomForPattern(@Nullable ConsumerMember before, String pattern) {
    if (patterns.containsKey(pattern)) {
      return true;
    }
    String old = before == null ? null : before.interest().pattern();
    boolean givesUp = old != null && patterns.getOrDefault(old, 0) == 1;
    return patterns.size() - (givesUp ? 1 : 0) < ConsumerLimits.PATTERNS;
  }

  /**
   * Whether some member names this topic, or uses a pattern that matches it as far as is known.
   *
   * @param matches the topics that match a pattern; null when that is not known
   */
  boolean mayRead(String topic, Function<String, @Nullable Set<String>> matches) {
    for (String pattern : patterns.keySet()) {
      Set<String> matching = matches.apply(pattern);
      if (matching == null || matching.contains(topic)) {
        return true;
      }
    }
    return members.values().stream().anyMatch(each -> each.interest().names(topic));
  }

  // ---- partitions

  int targetEpoch() {
    return targetEpoch;
  }

  /** Of the topics and patterns that the target was computed with. */
  long fingerprint() {
    return fingerprint;
  }

  /** What a member is to have; nothing before its first target. */
  Set<LogId> target(String memberId) {
    return targets.getOrDefault(memberId, Set.of());
  }

  /** Whether no member but this one has a partition. */
  boolean isFree(LogId partition, String memberId) {
    String owner = owners.get(partition);
    return owner == null || owner.equals(memberId);
  }

  // ---- timers

  void session(String memberId, @Nullable Timer timer) {
    replace(sessions, memberId, timer);
  }

  /** Until when a member must have given back what it is to give back. */
  void deadline(String memberId, @Nullable Timer timer) {
    replace(deadlines, memberId, timer);
  }

  boolean hasDeadline(String memberId) {
    return deadlines.containsKey(memberId);
  }

  /** An id was given out (KIP-394); it is forgotten when the timer runs. */
  void expect(String memberId, Timer timer) {
    replace(expected, memberId, timer);
  }

  /** Whether an id was given out; from now on it is not expected any more. */
  boolean takeExpected(String memberId) {
    Timer timer = expected.remove(memberId);
    if (timer != null) {
      timer.cancel();
    }
    return timer != null;
  }

  private static void replace(Map<String, Timer> timers, String memberId, @Nullable Timer timer) {
    Timer before = timer == null ? timers.remove(memberId) : timers.put(memberId, timer);
    if (before != null) {
      before.cancel();
    }
  }

  void cancelTimers() {
    sessions.values().forEach(Timer::cancel);
    sessions.clear();
    deadlines.values().forEach(Timer::cancel);
    deadlines.clear();
    expected.values().forEach(Timer::cancel);
    expected.clear();
  }

  // ---- replay

  void replay(ConsumerGroupRecord record) {
    epoch = record.epoch();
    changedMs = record.changedMs();
  }

  void replay(ConsumerMemberRecord record) {
    ConsumerMember member = record.member();
    forget(members.get(member.id()));
    members.put(member.id(), member);
    saidBytes += member.saidBytes();
    String pattern = member.interest().pattern();
    if (pattern != null) {
      patterns.merge(pattern, 1, Integer::sum);
    }
    if (member.instanceId() != null) {
      staticMembers.put(member.instanceId(), member.id());
    }
    member.assigned().forEach(partition -> owners.put(partition, member.id()));
    member.revoking().forEach(partition -> owners.put(partition, member.id()));
  }

  void replay(ConsumerMemberLeftRecord record) {
    forget(members.remove(record.memberId()));
    targets.remove(record.memberId());
  }

  private void forget(@Nullable ConsumerMember member) {
    if (member != null) {
      saidBytes -= member.saidBytes();
      String pattern = member.interest().pattern();
      if (pattern != null) {
        patterns.computeIfPresent(pattern, (same, users) -> users == 1 ? null : users - 1);
      }
      member.assigned().forEach(partition -> owners.remove(partition, member.id()));
      member.revoking().forEach(partition -> owners.remove(partition, member.id()));
      if (member.instanceId() != null) {
        staticMembers.remove(member.instanceId(), member.id());
      }
    }
  }

  void replay(ConsumerTargetRecord record) {
    targetEpoch = record.epoch();
    fingerprint = record.fingerprint();
    record
        .targets()
        .forEach(
            (memberId, partitions) -> {
              if (members.containsKey(memberId)) {
                targets.put(memberId, partitions);
              }
            });
  }

  void snapshot(Consumer<StateRecord> out) {
    out.accept(new ConsumerGroupRecord(id, epoch, changedMs));
    members.values().forEach(member -> out.accept(new ConsumerMemberRecord(id, member)));
    targetRecords(targetEpoch, fingerprint, targets).forEach(out);
  }

  /** A target as records of a bounded number of members; at least one. */
  List<ConsumerTargetRecord> targetRecords(
      int ofEpoch, long ofFingerprint, Map<String, Set<LogId>> changed) {
    List<ConsumerTargetRecord> records = new ArrayList<>();
    Map<String, Set<LogId>> some = new LinkedHashMap<>();
    for (Map.Entry<String, Set<LogId>> each : changed.entrySet()) {
      some.put(each.getKey(), each.getValue());
      if (some.size() == TARGETS_PER_RECORD) {
        records.add(new ConsumerTargetRecord(id, ofEpoch, ofFingerprint, some));
        some = new LinkedHashMap<>();
      }
    }
    if (!some.isEmpty() || records.isEmpty()) {
      records.add(new ConsumerTargetRecord(id, ofEpoch, ofFingerprint, some));
    }
    return records;
  }
}

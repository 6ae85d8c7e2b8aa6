package io.millrace.server.group;

import io.millrace.kernel.Timers.Timer;
import io.millrace.log.LogId;
import io.millrace.server.shard.StateRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of a share group (KIP-932), what each of them is to take records from, and where the
 * group has cursors. The thread of the group's shard; but for timers and what is ready, changed by
 * replay only.
 *
 * <p>A change of the members, of what they name or of the topics begins a new <i>group epoch</i>;
 * the <i>target</i> is who is to have what, as of an epoch that follows the group's. Several
 * members may have one partition, so that a member is in its target as soon as it was told.
 *
 * <p>Records about members, targets and partitions set and remove by key, so that a snapshot among
 * later records gives the same state (see {@link Group#snapshot}).
 */
final class ShareGroup {
  private static final int TARGETS_PER_RECORD = 100;
  private static final int PARTITIONS_PER_RECORD = 10_000;

  private final String id;
  private int epoch;
  private long changedMs;
  private final Map<String, ShareMember> members = new LinkedHashMap<>();

  /** See {@link ShareMember#saidBytes}. */
  private long saidBytes;

  private int targetEpoch;
  private long fingerprint;
  private final Map<String, Set<LogId>> targets = new HashMap<>();

  /** Where there may be cursors of the group. */
  private final Set<LogId> pending = new LinkedHashSet<>();

  /** Where there are. */
  private final Set<LogId> ready = new LinkedHashSet<>();

  private final Map<String, Timer> sessions = new HashMap<>();

  ShareGroup(String id) {
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

  ShareGroupState state() {
    return members.isEmpty() ? ShareGroupState.EMPTY : ShareGroupState.STABLE;
  }

  // ---- members

  Collection<ShareMember> members() {
    return Collections.unmodifiableCollection(members.values());
  }

  int size() {
    return members.size();
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  @Nullable ShareMember member(String memberId) {
    return members.get(memberId);
  }

  /**
   * Whether what a member says is not too much for the group; less than before never is.
   *
   * @param before null for a newcomer
   */
  boolean hasRoom(@Nullable ShareMember before, ShareMember said) {
    long had = before == null ? 0 : before.saidBytes();
    long has = said.saidBytes();
    return has <= had || saidBytes - had + has <= ConsumerLimits.GROUP_BYTES;
  }

  /** Whether some member names this topic. */
  boolean reads(String topic) {
    return members.values().stream().anyMatch(each -> each.interest().names(topic));
  }

  // ---- partitions

  int targetEpoch() {
    return targetEpoch;
  }

  /** Of the topics that the target was computed with. */
  long fingerprint() {
    return fingerprint;
  }

  /** What a member is to have; nothing before its first target. */
  Set<LogId> target(String memberId) {
    return targets.getOrDefault(memberId, Set.of());
  }

  /** Where the group has cursors, or may have. */
  Set<LogId> partitions() {
    Set<LogId> all = new LinkedHashSet<>(ready);
    all.addAll(pending);
    return all;
  }

  /** Whether the group has a cursor there for certain. */
  boolean isReady(LogId partition) {
    return ready.contains(partition);
  }

  // ---- timers

  void session(String memberId, @Nullable Timer timer) {
    Timer before = timer == null ? sessions.remove(memberId) : sessions.put(memberId, timer);
    if (before != null) {
      before.cancel();
    }
  }

  void cancelTimers() {
    sessions.values().forEach(Timer::cancel);
    sessions.clear();
  }

  // ---- replay

  void replay(ShareGroupRecord record) {
    epoch = record.epoch();
    changedMs = record.changedMs();
  }

  void replay(ShareMemberRecord record) {
    ShareMember member = record.member();
    ShareMember before = members.put(member.id(), member);
    saidBytes += member.saidBytes() - (before == null ? 0 : before.saidBytes());
  }

  void replay(ShareMemberLeftRecord record) {
    ShareMember left = members.remove(record.memberId());
    targets.remove(record.memberId());
    saidBytes -= left == null ? 0 : left.saidBytes();
  }

  void replay(ShareTargetRecord record) {
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

  void replay(SharePartitionsRecord record) {
    record.partitions().forEach(pending::remove);
    record.partitions().forEach(ready::remove);
    switch (record.state()) {
      case GONE -> {}
      case PENDING -> pending.addAll(record.partitions());
      case READY -> ready.addAll(record.partitions());
    }
  }

  void snapshot(Consumer<StateRecord> out) {
    out.accept(new ShareGroupRecord(id, epoch, changedMs));
    members.values().forEach(member -> out.accept(new ShareMemberRecord(id, member)));
    targetRecords(targetEpoch, fingerprint, targets).forEach(out);
    partitionRecords(SharePartitionsRecord.State.PENDING, pending).forEach(out);
    partitionRecords(SharePartitionsRecord.State.READY, ready).forEach(out);
  }

  /** A target as records of a bounded number of members; at least one. */
  List<ShareTargetRecord> targetRecords(
      int ofEpoch, long ofFingerprint, Map<String, Set<LogId>> changed) {
    List<ShareTargetRecord> records = new ArrayList<>();
    Map<String, Set<LogId>> some = new LinkedHashMap<>();
    for (Map.Entry<String, Set<LogId>> each : changed.entrySet()) {
      some.put(each.getKey(), each.getValue());
      if (some.size() == TARGETS_PER_RECORD) {
        records.add(new ShareTargetRecord(id, ofEpoch, ofFingerprint, some));
        some = new LinkedHashMap<>();
      }
    }
    if (!some.isEmpty() || records.isEmpty()) {
      records.add(new ShareTargetRecord(id, ofEpoch, ofFingerprint, some));
    }
    return records;
  }

  /** Partitions as records of a bounded number each. */
  List<SharePartitionsRecord> partitionRecords(
      SharePartitionsRecord.State state, Collection<LogId> partitions) {
    List<SharePartitionsRecord> records = new ArrayList<>();
    Set<LogId> some = new LinkedHashSet<>();
    for (LogId each : partitions) {
      some.add(each);
      if (some.size() == PARTITIONS_PER_RECORD) {
        records.add(new SharePartitionsRecord(id, state, some));
        some = new LinkedHashSet<>();
      }
    }
    if (!some.isEmpty()) {
      records.add(new SharePartitionsRecord(id, state, some));
    }
    return records;
  }
}

package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.StateRecord;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group: its offsets, committed and pending, and its members. What kind of membership it has is a
 * part of its own, so that another group protocol is another part and not another group. The
 * shard's thread.
 *
 * <p>Of a classic group only the recorded state and the offsets are replayed; {@link ClassicGroup}
 * is built upon them. A group is of one protocol at a time: what was recorded last decides.
 */
final class Group implements Aggregate {
  private static final int OFFSETS_PER_RECORD = 1000;

  private final String id;
  private final ClassicGroup unborn;
  private final Map<LogId, CommittedOffset> offsets = new LinkedHashMap<>();
  private final PendingOffsets pending = new PendingOffsets();
  private @Nullable GroupRecord recorded;
  private @Nullable ClassicGroup classic;
  private @Nullable ConsumerGroup consumer;
  private @Nullable ShareGroup share;
  private boolean live = true;

  Group(String id, long nowMs) {
    this.id = id;
    this.unborn = new ClassicGroup(id, nowMs);
  }

  String id() {
    return id;
  }

  /** Whether it is of the new protocol (KIP-848), and not of the classic one. */
  boolean isConsumer() {
    return consumer != null;
  }

  /** The members of a group of the new protocol. */
  ConsumerGroup consumer() {
    if (consumer == null) {
      throw new IllegalStateException("group " + id + " is a classic group");
    }
    return consumer;
  }

  /** Whether it is a share group (KIP-932): neither of the classic nor of the new protocol. */
  boolean isShare() {
    return share != null;
  }

  /** The members of a share group. */
  ShareGroup share() {
    if (share == null) {
      throw new IllegalStateException("group " + id + " is not a share group");
    }
    return share;
  }

  /** The members, as of the classic protocol. */
  ClassicGroup classic() {
    if (consumer != null || share != null) {
      throw new IllegalStateException("group " + id + " is not a classic group");
    }
    if (classic == null) {
      classic = recorded == null ? unborn : ClassicGroup.restored(recorded);
    }
    return classic;
  }

  /** Whether somebody is in it, or on the way in or out. */
  boolean hasMembers() {
    if (share != null) {
      return !share.isEmpty();
    }
    return consumer != null ? !consumer.isEmpty() : !classic().is(GroupState.EMPTY);
  }

  /** Whether its last word was recorded, so that it needs one to vanish. */
  boolean isRecorded() {
    return recorded != null || consumer != null || share != null;
  }

  /** Since when nobody has been in it; only for a group {@link #hasMembers without members}. */
  long emptySinceMs() {
    if (share != null) {
      return share.changedMs();
    }
    return consumer != null ? consumer.changedMs() : classic().stateSinceMs();
  }

  void cancelTimers() {
    if (share != null) {
      share.cancelTimers();
    } else if (consumer != null) {
      consumer.cancelTimers();
    } else {
      classic().cancelTimers();
    }
  }

  /** The last complete generation of a classic group; null when there was none yet. */
  @Nullable GroupRecord recorded() {
    return recorded;
  }

  Map<LogId, CommittedOffset> offsets() {
    return Collections.unmodifiableMap(offsets);
  }

  /** The offsets of transactions under way. */
  PendingOffsets pending() {
    return pending;
  }

  /** Whether it has offsets, committed or pending. */
  boolean hasOffsets() {
    return !offsets.isEmpty() || !pending.isEmpty();
  }

  /** Whether it has an offset for this partition, committed or pending. */
  boolean hasOffset(LogId partition) {
    return offsets.containsKey(partition) || pending.contains(partition);
  }

  /** The partitions for which it has offsets, committed or pending. */
  Set<LogId> partitions() {
    Set<LogId> all = new LinkedHashSet<>(offsets.keySet());
    all.addAll(pending.partitions());
    return all;
  }

  // ---- replay

  void replay(GroupRecord record) {
    recorded = record;
    if (consumer != null) {
      consumer.cancelTimers();
      consumer = null;
      classic = null;
    }
  }

  void replay(ConsumerGroupRecord record) {
    if (consumer == null) {
      consumer = new ConsumerGroup(id);
      recorded = null;
      classic = null;
    }
    consumer.replay(record);
  }

  void replay(ConsumerMemberRecord record) {
    if (consumer != null) {
      consumer.replay(record);
    }
  }

  void replay(ConsumerMemberLeftRecord record) {
    if (consumer != null) {
      consumer.replay(record);
    }
  }

  void replay(ConsumerTargetRecord record) {
    if (consumer != null) {
      consumer.replay(record);
    }
  }

  void replay(ShareGroupRecord record) {
    if (share == null) {
      share = new ShareGroup(id);
      recorded = null;
      classic = null;
      consumer = null;
    }
    share.replay(record);
  }

  void replay(ShareMemberRecord record) {
    if (share != null) {
      share.replay(record);
    }
  }

  void replay(ShareMemberLeftRecord record) {
    if (share != null) {
      share.replay(record);
    }
  }

  void replay(ShareTargetRecord record) {
    if (share != null) {
      share.replay(record);
    }
  }

  void replay(SharePartitionsRecord record) {
    if (share != null) {
      share.replay(record);
    }
  }

  void replay(OffsetsCommittedRecord record) {
    offsets.putAll(record.offsets());
    record.offsets().keySet().forEach(pending::supersede);
  }

  void replay(OffsetsPendingRecord record) {
    pending.add(record);
  }

  void replay(PendingOffsetsEndedRecord record) {
    offsets.putAll(pending.end(record));
  }

  void replay(OffsetsDeletedRecord record) {
    record.partitions().forEach(offsets::remove);
    record.partitions().forEach(pending::remove);
  }

  void replayDeleted() {
    live = false;
  }

  @Override
  public boolean live() {
    return live;
  }

  /**
   * The records only ever set and remove by key, so that what an earlier one set and no later one
   * removed is in the snapshot, too: nothing needs to be forgotten first. Committed offsets stand
   * between the pending ones that they supersede and those that were written after them.
   */
  @Override
  public void snapshot(Consumer<StateRecord> out) {
    if (recorded != null) {
      out.accept(recorded);
    }
    if (consumer != null) {
      consumer.snapshot(out);
    }
    if (share != null) {
      share.snapshot(out);
    }
    pending.records(id, true).forEach(out);
    Map<LogId, CommittedOffset> some = new LinkedHashMap<>();
    for (Map.Entry<LogId, CommittedOffset> each : offsets.entrySet()) {
      some.put(each.getKey(), each.getValue());
      if (some.size() == OFFSETS_PER_RECORD) {
        out.accept(new OffsetsCommittedRecord(id, some));
        some = new LinkedHashMap<>();
      }
    }
    if (!some.isEmpty()) {
      out.accept(new OffsetsCommittedRecord(id, some));
    }
    pending.records(id, false).forEach(out);
  }
}

package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.StateRecord;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group: its committed offsets, and its members. What kind of membership it has is a part of its
 * own, so that another group protocol is another part and not another group. The shard's thread.
 *
 * <p>Only the recorded state and the offsets are replayed; {@link ClassicGroup} is built upon them.
 */
final class Group implements Aggregate {
  private static final int OFFSETS_PER_RECORD = 1000;

  private final String id;
  private final ClassicGroup unborn;
  private final Map<LogId, CommittedOffset> offsets = new LinkedHashMap<>();
  private @Nullable GroupRecord recorded;
  private @Nullable ClassicGroup classic;
  private boolean live = true;

  Group(String id, long nowMs) {
    this.id = id;
    this.unborn = new ClassicGroup(id, nowMs);
  }

  String id() {
    return id;
  }

  /** The members, as of the classic protocol. */
  ClassicGroup classic() {
    if (classic == null) {
      classic = recorded == null ? unborn : ClassicGroup.restored(recorded);
    }
    return classic;
  }

  /** The last complete generation; null when there was none yet. */
  @Nullable GroupRecord recorded() {
    return recorded;
  }

  Map<LogId, CommittedOffset> offsets() {
    return Collections.unmodifiableMap(offsets);
  }

  // ---- replay

  void replay(GroupRecord record) {
    recorded = record;
  }

  void replay(OffsetsCommittedRecord record) {
    offsets.putAll(record.offsets());
  }

  void replay(OffsetsDeletedRecord record) {
    record.partitions().forEach(offsets::remove);
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
   * removed is in the snapshot, too: nothing needs to be forgotten first.
   */
  @Override
  public void snapshot(Consumer<StateRecord> out) {
    if (recorded != null) {
      out.accept(recorded);
    }
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
  }
}

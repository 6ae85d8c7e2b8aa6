package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.List;

/**
 * Forgets the offsets of groups that nobody has used for long (KIP-211), and then the groups. The
 * shard's thread.
 */
final class GroupExpiry {
  private final Shard<?> shard;
  private final GroupConfig config;

  GroupExpiry(Shard<?> shard, GroupConfig config) {
    this.shard = shard;
    this.config = config;
  }

  long checkMs() {
    return config.expiryCheckMs();
  }

  /**
   * No members, nobody on the way, nothing committed and nothing that may yet be. A share group has
   * its cursors and stays until it is deleted.
   */
  static boolean isUnused(Group group) {
    return !group.isShare()
        && !group.hasMembers()
        && (group.isConsumer() || group.classic().pendingMembers().isEmpty())
        && !group.hasOffsets();
  }

  void expire(Group group) {
    if (group.hasMembers() || group.isShare()) {
      return;
    }
    long nowMs = shard.clock().wallMs();
    List<LogId> expired = new ArrayList<>();
    group
        .offsets()
        .forEach(
            (partition, offset) -> {
              // The clock of a group with members runs from when the last of them left.
              long unusedSinceMs =
                  group.isRecorded()
                      ? Math.max(group.emptySinceMs(), offset.committedMs())
                      : offset.committedMs();
              // A transaction under way uses its partitions, and is not to lose what it commits.
              if (nowMs - unusedSinceMs >= config.offsetsRetentionMs()
                  && !group.pending().contains(partition)) {
                expired.add(partition);
              }
            });
    if (!expired.isEmpty()) {
      shard.record(new OffsetsDeletedRecord(group.id(), expired));
    }
    if (isUnused(group)) {
      group.cancelTimers();
      if (!group.isConsumer()) {
        group.classic().transitionTo(GroupState.DEAD, "unused", nowMs);
      }
      shard.record(new GroupDeletedRecord(group.id()));
    }
  }
}

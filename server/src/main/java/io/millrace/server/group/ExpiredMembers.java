package io.millrace.server.group;

import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the members whose sessions have expired, and says so in the log: one line for those of a
 * group that go within {@value #GATHER_MS} ms, however many they are. The shard's thread.
 */
final class ExpiredMembers {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiredMembers.class);
  private static final int GATHER_MS = 1_000;
  private static final int NAMED = 3;

  private final Shard<?> shard;
  private final GroupStats stats;
  private final Map<String, Gathered> unsaid = new HashMap<>();

  ExpiredMembers(Shard<?> shard, GroupStats stats) {
    this.shard = shard;
    this.stats = stats;
  }

  private static final class Gathered {
    int count;
    final List<String> first = new ArrayList<>(NAMED);
  }

  /**
   * A member has expired.
   *
   * @param size how many members the group has when that is said
   */
  void add(String groupId, String memberId, IntSupplier size) {
    stats.memberExpired();
    Gathered gathered = unsaid.get(groupId);
    if (gathered == null) {
      gathered = new Gathered();
      unsaid.put(groupId, gathered);
      shard.timers().after(GATHER_MS, () -> say(groupId, size));
    }
    gathered.count++;
    if (gathered.first.size() < NAMED) {
      gathered.first.add(memberId);
    }
  }

  private void say(String groupId, IntSupplier size) {
    Gathered gathered = unsaid.remove(groupId);
    if (gathered != null) {
      LOG.info(
          "group {}: the sessions of {} members have expired, among them {}; {} are left",
          groupId,
          gathered.count,
          gathered.first,
          size.getAsInt());
    }
  }
}

package io.millrace.server.group;

import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  void add(ClassicGroup group, Member member) {
    stats.memberExpired();
    Gathered gathered = unsaid.get(group.id());
    if (gathered == null) {
      gathered = new Gathered();
      unsaid.put(group.id(), gathered);
      shard.timers().after(GATHER_MS, () -> say(group));
    }
    gathered.count++;
    if (gathered.first.size() < NAMED) {
      gathered.first.add(member.id());
    }
  }

  private void say(ClassicGroup group) {
    Gathered gathered = unsaid.remove(group.id());
    if (gathered != null) {
      LOG.info(
          "group {}: the sessions of {} members have expired, among them {}; {} are left",
          group.id(),
          gathered.count,
          gathered.first,
          group.size());
    }
  }
}

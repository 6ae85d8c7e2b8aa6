package io.millrace.server.group;

import java.util.concurrent.atomic.LongAdder;

/** What the groups of all shards have counted since the server started. Any thread. */
public final class GroupStats {
  private final LongAdder expired = new LongAdder();

  /** A member was removed because it was silent for longer than its session allows. */
  void memberExpired() {
    expired.increment();
  }

  /** Members that were removed because they were silent for too long. */
  public long expiredMembers() {
    return expired.sum();
  }
}

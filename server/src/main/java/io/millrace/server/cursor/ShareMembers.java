package io.millrace.server.cursor;

import io.millrace.kernel.Timers;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of a share group at one cursor part: what each holds and for how long, and who waits
 * for more. Unlike {@link Attached} consumers they are given only what they ask for, and nothing of
 * this outlives a restart. The shard's thread.
 */
final class ShareMembers {
  private final Shard<?> shard;
  private final Consumer<List<OffsetRun>> onTimeOut;
  private final Map<ConsumerKey, OffsetSet> held = new LinkedHashMap<>();
  private final Map<ConsumerKey, Runnable> waiting = new LinkedHashMap<>();
  private final LockTable locks = new LockTable();
  private ShareSettings settings = ShareSettings.DEFAULT;
  private String groupId = "";
  private Timers.@Nullable Timer timer;
  private long timerDueMs = LockTable.NONE;

  /**
   * Begins without members.
   *
   * @param onTimeOut gets what nobody holds any more, because its locks' time is over
   */
  ShareMembers(Shard<?> shard, Consumer<List<OffsetRun>> onTimeOut) {
    this.shard = shard;
    this.onTimeOut = onTimeOut;
  }

  /** A member asks; what its group is set to holds from now on. */
  void join(ConsumerKey member, String group, ShareSettings current) {
    groupId = group;
    settings = current;
    held.computeIfAbsent(member, key -> new OffsetSet());
  }

  ShareSettings settings() {
    return settings;
  }

  String groupId() {
    return groupId;
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  int size() {
    return held.size();
  }

  /** How many records members hold together. */
  long locked() {
    return locks.size();
  }

  /** Adds what any member holds to a set. */
  void addHeld(OffsetSet all) {
    held.values().forEach(all::add);
  }

  /** Visits what of a run any member holds. */
  void forEachHeld(long first, long last, OffsetSet.RunVisitor visitor) {
    held.values().forEach(set -> set.forEachRun(first, last, visitor));
  }

  // ---- locks

  /** A member is given a run, both ends inclusive. */
  void lock(ConsumerKey member, long first, long last) {
    OffsetSet set = held.get(member);
    if (set == null) {
      throw new IllegalStateException("no member " + member);
    }
    set.add(first, last);
    locks.lock(first, last, nowMs(), settings.lockMs());
    schedule();
  }

  /** Whether a member holds all of a run. */
  boolean holds(ConsumerKey member, long first, long last) {
    OffsetSet set = held.get(member);
    return set != null && set.contains(first) && set.runEnd(first) >= last;
  }

  /** Whether a member has no records, or is none. */
  boolean holdsNothing(ConsumerKey member) {
    OffsetSet set = held.get(member);
    return set == null || set.isEmpty();
  }

  /** The part of a run that a member holds. */
  List<OffsetRun> holding(ConsumerKey member, long first, long last) {
    List<OffsetRun> runs = new ArrayList<>();
    OffsetSet set = held.get(member);
    if (set != null) {
      set.forEachRun(first, last, (from, to) -> runs.add(new OffsetRun(from, to)));
    }
    return runs;
  }

  /** A member's locks of a run that it holds begin anew. */
  void renew(long first, long last) {
    locks.unlock(first, last);
    locks.lock(first, last, nowMs(), settings.lockMs());
    schedule();
  }

  /** A member holds these no more. */
  void unlock(ConsumerKey member, List<OffsetRun> runs) {
    OffsetSet set = held.get(member);
    for (OffsetRun run : runs) {
      locks.unlock(run.first(), run.last());
      if (set != null) {
        set.remove(run.first(), run.last());
      }
    }
  }

  /** Nobody holds these any more. */
  void forget(long first, long last) {
    if (held.isEmpty()) {
      return;
    }
    locks.unlock(first, last);
    held.values().forEach(set -> set.remove(first, last));
  }

  /** A member goes. Returns what it held; null when there was no such member. */
  @Nullable List<OffsetRun> leave(ConsumerKey member) {
    waiting.remove(member);
    OffsetSet set = held.remove(member);
    if (set == null) {
      return null;
    }
    List<OffsetRun> runs = OffsetRun.of(set);
    runs.forEach(run -> locks.unlock(run.first(), run.last()));
    return runs;
  }

  private long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(shard.clock().nanoTime());
  }

  private void schedule() {
    long due = locks.nextDueMs();
    if (due >= timerDueMs) {
      return;
    }
    Timers.Timer before = timer;
    if (before != null) {
      before.cancel();
    }
    timerDueMs = due;
    timer = shard.timers().after(Math.max(1, due - nowMs()), this::onTimer);
  }

  private void onTimer() {
    timer = null;
    timerDueMs = LockTable.NONE;
    OffsetSet due = locks.takeDue(nowMs());
    if (locks.nextDueMs() != LockTable.NONE) {
      schedule();
    }
    if (!due.isEmpty()) {
      List<OffsetRun> runs = OffsetRun.of(due);
      held.values().forEach(set -> runs.forEach(run -> set.remove(run.first(), run.last())));
      onTimeOut.accept(runs);
    }
  }

  // ---- waiting

  /** A member wants to hear, once, when there may be something for it. */
  void await(ConsumerKey member, Runnable wake) {
    waiting.put(member, wake);
  }

  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  /** Whether more may be given out. */
  boolean hasRoom() {
    return locks.size() < settings.maxLocks();
  }

  /** Tells all who wait. They ask again. */
  void wakeAll() {
    List<Runnable> woken = List.copyOf(waiting.values());
    waiting.clear();
    woken.forEach(Runnable::run);
  }

  /** The part ends. */
  void close() {
    Timers.Timer running = timer;
    if (running != null) {
      running.cancel();
      timer = null;
    }
    timerDueMs = LockTable.NONE;
    held.clear();
    locks.clear();
    wakeAll();
  }
}

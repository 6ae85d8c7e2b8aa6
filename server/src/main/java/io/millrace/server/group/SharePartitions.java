package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.group.SharePartitionsRecord.State;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and removes the cursors of share groups in the partitions that they read. The shard's
 * thread.
 *
 * <p>A cursor lives on its partition's shard. Before one is made or removed the group notes,
 * durably, that there may be one, and afterwards that there is one or none: what a crash leaves
 * half done is known, and is done again when it is needed.
 *
 * <pre>
 *         noted, durable        cursor durable
 *   GONE ───────────────► PENDING ──────────► READY
 *     ▲                    │  ▲                 │
 *     └── cursor removed ──┘  └── to be removed ┘
 * </pre>
 */
final class SharePartitions {
  private static final Logger LOG = LoggerFactory.getLogger(SharePartitions.class);
  private static final int RETRY_MS = 1_000;

  private final Shard<?> shard;
  private final ShareCursors cursors;
  private final ShareTargets targets;

  /** One change of a group's cursors at a time, and who waits for its end. */
  private final Map<Group, List<Waiter>> changing = new HashMap<>();

  private boolean stopped;

  private record Waiter(Runnable then, Reply<?> reply) {}

  SharePartitions(Shard<?> shard, ShareCursors cursors, ShareTargets targets) {
    this.shard = shard;
    this.cursors = cursors;
    this.targets = targets;
  }

  // ---- making

  /**
   * Goes on when there are cursors in all partitions of the topics that the group's members name,
   * or when it has turned out that one cannot be made now: that is tried again later.
   *
   * @param reply fails if the shard stops before that
   */
  void whenReady(Group group, Runnable then, Reply<?> reply) {
    List<Waiter> under = changing.get(group);
    if (under != null) {
      under.add(new Waiter(() -> whenReady(group, then, reply), reply));
      return;
    }
    Set<LogId> missing = targets.missing(group.share());
    if (missing.isEmpty()) {
      then.run();
      return;
    }
    begin(group).add(new Waiter(then, reply));
    change(group, missing, cursors::ensure, State.READY, failed -> made(group, failed));
  }

  /** Makes what is missing without anybody waiting for it. */
  void makeMissing(Group group) {
    whenReady(group, () -> {}, NOBODY);
  }

  /** Makes cursors wherever members read, also where it was certain until now that there are. */
  void makeSure(Group group) {
    whenReady(
        group,
        () -> {
          if (!isChanging(group) && group.live()) {
            Set<LogId> all = group.share().partitions();
            begin(group);
            change(group, all, cursors::ensure, State.READY, failed -> made(group, failed));
          }
        },
        NOBODY);
  }

  private static final Reply<Void> NOBODY =
      new Reply<>() {
        @Override
        public void ok(Void response) {
          // Nobody has asked.
        }

        @Override
        public void fail(RuntimeException error) {
          // Nobody has asked.
        }
      };

  private void made(Group group, Map<LogId, RuntimeException> failed) {
    ShareGroup share = group.share();
    // Members hear of what there is now; also of what was made before the failure.
    targets.refresh(share);
    if (!failed.isEmpty()) {
      LOG.info(
          "share group {}: {} cursors could not be made yet: {}",
          group.id(),
          failed.size(),
          failed.values().iterator().next().toString());
      shard
          .timers()
          .after(
              RETRY_MS,
              () -> {
                if (!stopped && group.live() && !group.share().isEmpty()) {
                  makeMissing(group);
                }
              });
    }
  }

  // ---- other changes

  /** Whether cursors of the group are being made, moved or removed. */
  boolean isChanging(Group group) {
    return changing.containsKey(group);
  }

  /**
   * Removes cursors of the group.
   *
   * @param done gets what could not be removed
   * @param reply fails if the shard stops before that
   */
  void remove(
      Group group,
      Collection<LogId> partitions,
      Consumer<Map<LogId, RuntimeException>> done,
      Reply<?> reply) {
    begin(group).add(new Waiter(() -> {}, reply));
    change(group, partitions, cursors::remove, State.GONE, done);
  }

  /**
   * Puts cursors of the group, which are made if need be, to offsets.
   *
   * @param done gets what could not be moved
   * @param reply fails if the shard stops before that
   */
  void move(
      Group group,
      Map<LogId, Long> offsets,
      Consumer<Map<LogId, RuntimeException>> done,
      Reply<?> reply) {
    begin(group).add(new Waiter(() -> {}, reply));
    Map<LogId, Long> copy = Map.copyOf(offsets);
    Set<LogId> ready = new HashSet<>(offsets.keySet());
    ready.removeIf(partition -> !group.share().isReady(partition));
    Set<LogId> known = group.share().partitions();
    change(
        group,
        offsets.keySet(),
        (id, partition, answer) ->
            cursors.move(id, partition, copy.getOrDefault(partition, 0L), answer),
        State.READY,
        failed -> {
          // Where it was refused all is as it was.
          List<LogId> refused = new ArrayList<>();
          failed.forEach(
              (partition, error) -> {
                if (error instanceof ShareOffsetException) {
                  refused.add(partition);
                }
              });
          record(group, State.READY, refused.stream().filter(ready::contains).toList());
          record(
              group, State.GONE, refused.stream().filter(each -> !known.contains(each)).toList());
          done.accept(failed);
        });
  }

  private void record(Group group, State state, List<LogId> partitions) {
    if (group.live()) {
      group.share().partitionRecords(state, partitions).forEach(shard::record);
    }
  }

  @FunctionalInterface
  private interface Work {
    void start(String groupId, LogId partition, Reply<Void> reply);
  }

  private List<Waiter> begin(Group group) {
    List<Waiter> waiters = new ArrayList<>();
    if (changing.putIfAbsent(group, waiters) != null) {
      throw new IllegalStateException("cursors of " + group.id() + " are being changed");
    }
    return waiters;
  }

  private void change(
      Group group,
      Collection<LogId> partitions,
      Work work,
      State after,
      Consumer<Map<LogId, RuntimeException>> done) {
    List<LogId> all = List.copyOf(partitions);
    group.share().partitionRecords(State.PENDING, all).forEach(shard::record);
    shard.whenDurable(
        new Reply<Void>() {
          @Override
          public void ok(Void response) {
            new Round(all, (good, failed) -> ended(group, good, after, failed, done))
                .start(group.id(), work);
          }

          @Override
          public void fail(RuntimeException error) {
            // The shard has stopped, and has told those who wait.
          }
        },
        nothing());
  }

  @SuppressWarnings("NullAway") // the only value of Void
  private static Void nothing() {
    return null;
  }

  private void ended(
      Group group,
      List<LogId> good,
      State after,
      Map<LogId, RuntimeException> failed,
      Consumer<Map<LogId, RuntimeException>> done) {
    List<Waiter> waiters = changing.remove(group);
    record(group, after, good);
    done.accept(failed);
    if (waiters != null) {
      waiters.forEach(waiter -> waiter.then.run());
    }
  }

  /** What becomes of work on several partitions, told when all have answered. */
  private final class Round {
    private final List<LogId> partitions;
    private final BiConsumer<List<LogId>, Map<LogId, RuntimeException>> done;
    private final Map<LogId, RuntimeException> failed = new LinkedHashMap<>();
    private final List<LogId> good = new ArrayList<>();
    private int left;

    Round(List<LogId> partitions, BiConsumer<List<LogId>, Map<LogId, RuntimeException>> done) {
      this.partitions = partitions;
      this.done = done;
      this.left = partitions.size();
    }

    void start(String groupId, Work work) {
      if (partitions.isEmpty()) {
        done.accept(List.of(), Map.of());
      }
      for (LogId partition : partitions) {
        work.start(
            groupId,
            partition,
            new Reply<>() {
              @Override
              public void ok(Void response) {
                shard.event(() -> answered(partition, null));
              }

              @Override
              public void fail(RuntimeException error) {
                shard.event(() -> answered(partition, error));
              }
            });
      }
    }

    private void answered(LogId partition, @Nullable RuntimeException error) {
      if (error == null) {
        good.add(partition);
      } else {
        failed.put(partition, error);
      }
      left--;
      if (left == 0 && !stopped) {
        done.accept(good, failed);
      }
    }
  }

  /** The shard has stopped: who waits is told. */
  void stop(RuntimeException reason) {
    stopped = true;
    List<Waiter> waiting = new ArrayList<>();
    changing.values().forEach(waiting::addAll);
    changing.clear();
    waiting.forEach(waiter -> waiter.reply.fail(reason));
  }
}

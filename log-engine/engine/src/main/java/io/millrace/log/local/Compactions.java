package io.millrace.log.local;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Failures;
import io.millrace.log.Compaction;
import io.millrace.log.Compressor;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Decompressor;
import io.millrace.log.StoreException;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreHealth;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.local.compact.Cleanable;
import io.millrace.log.local.compact.CompactionRun;
import io.millrace.log.local.compact.CompactionStep;
import io.millrace.log.local.compact.CompactionTask;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts logs by key, one at a time, the one with the greatest dirty part first. Belongs to the
 * keeper's agent; the steps of a run are taken on an executor that may wait for a disk, one after
 * the other, and not more of them than the configured rate allows.
 *
 * <pre>
 * IDLE -- a log is due, the manifest knows all of it --> STEP on the executor
 * STEP -- worked --> PAUSE, until the rate allows --> STEP
 * STEP -- a segment is written and synced --> it takes its place, the manifest knows --> PAUSE
 * STEP -- done, or it went wrong --> IDLE
 * </pre>
 *
 * <p>A new segment has a name of its own, and it is the manifest that makes it count: a crash
 * leaves either what was or what is, and files that nothing refers to.
 */
final class Compactions {
  private static final Logger LOG = LoggerFactory.getLogger(Compactions.class);
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(60);
  private static final long NEVER = Long.MAX_VALUE;

  private final LocalStoreConfig.CompactionLimits limits;
  private final Clock clock;
  private final Supplier<Collection<LogCore>> openLogs;
  private final Checkpoints checkpoints;
  private final SpaceWatch space;
  private final StoreStats stats;
  private final StoreEvents events;
  private final Executor executor;
  private final Executor keeper;
  private final Decompressor decompressor;
  private final Compressor compressor;

  /** Held by a step, and by who ends all steps. */
  private final Object stepLock = new Object();

  private volatile boolean stopped;

  /** Logs that are left alone until then, by the clock's nanoseconds. */
  private final Map<LogCore, Long> notBefore = new HashMap<>();

  private volatile @Nullable CompactionRun run;
  private @Nullable LogCore log;
  private @Nullable CompactionTask task;
  private boolean stepping;
  private long startNs;
  private long nextNs;

  /**
   * @param openLogs those that may be compacted, if they are configured so
   * @param executor where a run reads and writes
   * @param keeper runs something on the keeper's agent
   */
  Compactions(
      LocalStoreConfig config,
      Clock clock,
      Supplier<Collection<LogCore>> openLogs,
      Checkpoints checkpoints,
      SpaceWatch space,
      StoreStats stats,
      StoreEvents events,
      Executor executor,
      Executor keeper,
      Decompressor decompressor,
      Compressor compressor) {
    this.limits = config.compaction();
    this.clock = clock;
    this.openLogs = openLogs;
    this.checkpoints = checkpoints;
    this.space = space;
    this.stats = stats;
    this.events = events;
    this.executor = executor;
    this.keeper = keeper;
    this.decompressor = decompressor;
    this.compressor = compressor;
    later();
  }

  private void later() {
    nextNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.checkMs());
  }

  long nextDeadlineNs() {
    return stopped || stepping ? NEVER : nextNs;
  }

  int step() {
    if (stopped || stepping || clock.nanoTime() - nextNs < 0) {
      return 0;
    }
    CompactionRun current = run;
    if (current == null) {
      later();
      return begin();
    }
    stepping = true;
    executor.execute(() -> takeStep(current));
    return 1;
  }

  // ---- which log

  private int begin() {
    if (space.health() != StoreHealth.OK) {
      return 0;
    }
    long nowNs = clock.nanoTime();
    notBefore
        .entrySet()
        .removeIf(it -> it.getKey().isGone() || (it.getValue() != NEVER && nowNs >= it.getValue()));
    stats.uncompactable(notBefore.values().stream().filter(it -> it == NEVER).count());
    LogCore best = choose();
    if (best == null || !checkpoints.noteNow(best)) {
      return 0;
    }
    Compaction config = best.config().compaction();
    if (config == null) {
      return 0;
    }
    Cleanable cleanable = best.cleanable(config, clock.wallMs(), best.checkpointOffset());
    if (cleanable.segments().isEmpty() || cleanable.dirtyBytes() == 0) {
      return 0;
    }
    CompactionTask next = best.compactionTask(cleanable, config, clock.wallMs());
    log = best;
    task = next;
    run = new CompactionRun(next, limits.memoryBytes(), decompressor, compressor);
    startNs = clock.nanoTime();
    nextNs = startNs;
    return 1;
  }

  private @Nullable LogCore choose() {
    LogCore best = null;
    double bestRatio = -1;
    long nowMs = clock.wallMs();
    for (LogCore each : openLogs.get()) {
      Compaction config = each.config().compaction();
      if (config == null || !each.isCompactable() || notBefore.containsKey(each)) {
        continue;
      }
      Cleanable cleanable = each.cleanable(config, nowMs, Long.MAX_VALUE);
      if (cleanable.isDue(config, nowMs) && cleanable.dirtyRatio() > bestRatio) {
        best = each;
        bestRatio = cleanable.dirtyRatio();
      }
    }
    return best;
  }

  // ---- on the executor

  /** What became of a step, for the keeper. */
  private interface Outcome {
    void take(LogCore log, CompactionRun run);
  }

  private void takeStep(CompactionRun current) {
    Outcome outcome;
    synchronized (stepLock) {
      if (stopped) {
        return;
      }
      outcome = outcomeOf(current);
    }
    keeper.execute(() -> took(current, outcome));
  }

  private Outcome outcomeOf(CompactionRun current) {
    CompactionStep step;
    try {
      step = current.step();
    } catch (NoSpaceException e) {
      return (on, failed) -> onNoSpace(on, e);
    } catch (FileNotFoundException e) {
      return (on, failed) -> onMissing(on, e);
    } catch (IOException e) {
      // Nothing relies on what was written; what was read others will read.
      return (on, failed) -> onTrouble(on, e);
    } catch (RuntimeException e) {
      return (on, failed) -> onDamage(on, e);
    } catch (OutOfMemoryError e) {
      // Others may need it more; what was taken for this is given back.
      return (on, failed) -> onTrouble(on, new IOException("not enough memory", e));
    }
    if (step instanceof CompactionStep.Rewritten) {
      try {
        current.syncName();
      } catch (IOException e) {
        // Names of other files may be lost with it.
        return (on, failed) ->
            events.failed(space.onFailure("syncing the directory of log " + on.id(), e));
      }
    }
    return (on, done) -> onStep(on, done, step);
  }

  // ---- on the keeper's thread

  private void took(CompactionRun current, Outcome outcome) {
    LogCore on = log;
    if (stopped || on == null) {
      return;
    }
    stepping = false;
    long beganNs = clock.nanoTime();
    nextNs = beganNs;
    outcome.take(on, current);
  }

  private void onStep(LogCore on, CompactionRun current, CompactionStep step) {
    stats.onCompactionRead(step.bytes());
    if (on.isGone() || on.config().compaction() == null) {
      end(current, on, 0);
      return;
    }
    try {
      space.admit(step.bytes(), false);
    } catch (StoreException e) {
      onNoSpace(on, e);
      return;
    }
    if (step instanceof CompactionStep.Rewritten written) {
      place(on, current, written);
    } else if (step instanceof CompactionStep.Done done) {
      finish(on, current, done);
    }
    if (run != null && limits.bytesPerSecond() > 0) {
      nextNs += step.bytes() * TimeUnit.SECONDS.toNanos(1) / limits.bytesPerSecond();
    }
  }

  private void place(LogCore on, CompactionRun current, CompactionStep.Rewritten written) {
    if (!on.replace(written.replaced(), written.compacted(), written.forgotten())) {
      // Retention took some of them, or the log is gone.
      end(current, on, clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.checkMs()));
      return;
    }
    current.placed();
    // Without space for it, what was replaced stays until a later checkpoint has it.
    checkpoints.noteNow(on);
  }

  private void finish(LogCore on, CompactionRun current, CompactionStep.Done done) {
    on.compactedTo(done.compactedOffset());
    checkpoints.noteNow(on);
    stats.onCompaction(done.result().bytesBefore() - done.result().bytesAfter());
    LOG.info(
        "log {}: compacted up to offset {}: {} bytes of {} records became {} bytes of {} records, {}"
            + " keys, {} ms",
        on.id(),
        done.compactedOffset(),
        done.result().bytesBefore(),
        done.result().recordsBefore(),
        done.result().bytesAfter(),
        done.result().recordsAfter(),
        done.result().keys(),
        TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - startNs));
    end(current, on, 0);
    // There may be another one, or more of this one.
    nextNs = clock.nanoTime();
  }

  /**
   * Ends the run.
   *
   * @param retryNs when the log may be looked at again; 0 for at once
   */
  private void end(CompactionRun ending, LogCore on, long retryNs) {
    ending.abandon();
    run = null;
    log = null;
    task = null;
    if (retryNs != 0) {
      notBefore.put(on, retryNs);
    }
    later();
  }

  private void endCurrent(LogCore on, long retryNs) {
    CompactionRun ending = run;
    if (ending != null) {
      end(ending, on, retryNs);
    }
  }

  private void onNoSpace(LogCore on, Exception cause) {
    stats.onCompactionFailed();
    if (cause instanceof NoSpaceException full) {
      space.onNoSpace(full);
    }
    if (!(cause instanceof StoreFailedException)) {
      LOG.warn(
          "log {} is not compacted for lack of space, and is tried again later: {}",
          on.id(),
          cause.getMessage());
    }
    endCurrent(on, clock.nanoTime() + RETRY_NS);
  }

  private void onMissing(LogCore on, FileNotFoundException cause) {
    CompactionTask current = task;
    boolean changed =
        on.isGone() || current == null || !on.segments().list().containsAll(current.cleanable());
    if (changed) {
      // Retention was faster.
      endCurrent(on, 0);
    } else {
      onDamage(on, new CorruptLogException("a segment is missing: " + cause.getMessage()));
    }
  }

  private void onTrouble(LogCore on, IOException cause) {
    if (on.isGone()) {
      endCurrent(on, 0);
      return;
    }
    stats.onCompactionFailed();
    Failures.report("compacting log " + on.id(), cause);
    endCurrent(on, clock.nanoTime() + RETRY_NS);
  }

  /** Trying again would find the same: it is left as it is until the next start. */
  private void onDamage(LogCore on, RuntimeException cause) {
    if (on.isGone()) {
      endCurrent(on, 0);
      return;
    }
    stats.onCompactionFailed();
    LOG.error(
        "log {} cannot be compacted and stays as it is: {}", on.id(), cause.getMessage(), cause);
    endCurrent(on, NEVER);
    stats.uncompactable(notBefore.values().stream().filter(it -> it == NEVER).count());
  }

  /**
   * Takes no further step, and waits for the one that is being taken. What it leaves behind the
   * next start removes. Any thread.
   */
  void stop() {
    stopped = true;
    synchronized (stepLock) {
      CompactionRun current = run;
      if (current != null) {
        current.leave();
      }
    }
  }
}

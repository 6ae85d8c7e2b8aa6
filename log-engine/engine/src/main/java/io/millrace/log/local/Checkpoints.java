package io.millrace.log.local;

import io.millrace.kernel.Clock;
import io.millrace.log.LogId;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.journal.JournalFiles;
import io.millrace.log.local.manifest.Manifest;
import io.millrace.log.local.segment.GatherBuffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Makes journal files superfluous: syncs the segments of the logs that they mention, a few logs at
 * a time, notes in the manifest how far each is synced, and then gives the files back. Belongs to
 * the keeper's agent.
 *
 * <pre>
 * IDLE -- much in the journal, or long ago --> ASKED -- the journal closed its file --> RUNNING
 * RUNNING -- all logs synced, manifest committed --> IDLE
 * </pre>
 */
final class Checkpoints {
  private enum State {
    IDLE,
    ASKED,
    RUNNING
  }

  /** Asks the journal's agent to close its file and say which logs the closed files mention. */
  interface JournalPort {
    /**
     * @param closeCurrent whether the current file is closed too
     * @param answer called on the keeper's thread with the newest closed file and its logs
     */
    void close(boolean closeCurrent, BiConsumer<Long, Set<LogCore>> answer);

    /** Files may be free now. */
    void wake();

    /** The newest file and all logs mentioned, when the journal's agent has ended. */
    void closeForGood(BiConsumer<Long, Set<LogCore>> answer);
  }

  private static final int LOGS_PER_STEP = 16;
  private static final int STAGE_BYTES = 256 * 1024;
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** More logs than this are left to recovery when the store closes: it is quicker. */
  private static final int MAX_FINAL_LOGS = 512;

  private final LocalStoreConfig config;
  private final Clock clock;
  private final Manifest manifest;
  private final JournalFiles files;
  private final JournalPort journal;
  private final SpaceWatch space;
  private final StoreStats stats;
  private final StoreEvents events;
  private final GatherBuffer gather = new GatherBuffer(STAGE_BYTES);
  private final Graveyard graveyard;
  private final Deque<LogCore> waiting = new ArrayDeque<>();
  private final Set<LogId> deletions = new HashSet<>();
  private final Map<LogCore, Long> noted = new HashMap<>();
  private State state = State.IDLE;
  private boolean urgent;
  private long upToSequence = -1;
  private long nextNs;

  /**
   * @param recovered logs whose journal entries of before the start are not checkpointed yet
   * @param deleted logs of whose deletion only the journal knows so far
   */
  Checkpoints(
      LocalStoreConfig config,
      Clock clock,
      Manifest manifest,
      JournalFiles files,
      JournalPort journal,
      SpaceWatch space,
      StoreStats stats,
      StoreEvents events,
      Graveyard graveyard,
      Collection<LogCore> recovered,
      Collection<LogId> deleted) {
    this.config = config;
    this.clock = clock;
    this.manifest = manifest;
    this.files = files;
    this.journal = journal;
    this.space = space;
    this.stats = stats;
    this.events = events;
    this.graveyard = graveyard;
    this.waiting.addAll(recovered);
    this.deletions.addAll(deleted);
    later();
  }

  /** A commit waits for a journal file. */
  void hurry() {
    urgent = true;
  }

  private void later() {
    nextNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.checkpointMs());
  }

  long nextDeadlineNs() {
    return state == State.ASKED ? Long.MAX_VALUE : nextNs;
  }

  int step() {
    return switch (state) {
      case IDLE -> ask();
      case ASKED -> 0;
      case RUNNING -> clock.nanoTime() - nextNs >= 0 ? run() : 0;
    };
  }

  private int ask() {
    boolean old = clock.nanoTime() - nextNs >= 0;
    if (!old && !urgent && files.closedBytes() < config.checkpointBytes()) {
      return 0;
    }
    urgent = false;
    state = State.ASKED;
    journal.close(old, this::begin);
    return 1;
  }

  private void begin(long newestClosed, Set<LogCore> logs) {
    if (newestClosed < 0) {
      // Nothing was written since the last checkpoint.
      state = State.IDLE;
      later();
      return;
    }
    waiting.addAll(logs);
    upToSequence = newestClosed;
    state = State.RUNNING;
    nextNs = clock.nanoTime();
  }

  private int run() {
    int done = 0;
    try {
      while (done < LOGS_PER_STEP && !waiting.isEmpty()) {
        note(waiting.getFirst());
        waiting.removeFirst();
        done++;
      }
      if (waiting.isEmpty()) {
        commit();
        stats.onCheckpoint();
        state = State.IDLE;
        later();
        journal.wake();
        done++;
      }
    } catch (NoSpaceException e) {
      space.onNoSpace(e);
      nextNs = clock.nanoTime() + RETRY_NS;
      return 0;
    } catch (IOException | RuntimeException e) {
      events.failed(space.onFailure("a checkpoint", e));
    }
    return done;
  }

  private void commit() throws IOException {
    manifest.commit(upToSequence + 1, deletions);
    noted.forEach(LogCore::checkpointed);
    noted.clear();
    files.recycle(upToSequence);
    // Once more: when the files went before the manifest knew, it need not remember the log.
    deletions.forEach(graveyard::add);
    deletions.clear();
    events.checkpointed();
  }

  private void note(LogCore log) throws IOException {
    if (log.isDeleted()) {
      deletions.add(log.id());
      return;
    }
    log.write(gather);
    LogSnapshot snapshot = log.checkpoint();
    manifest.put(snapshot);
    noted.put(log, snapshot.endOffset());
  }

  /**
   * Notes one log in the manifest at once, with what a checkpoint under way has noted so far. The
   * journal keeps its files.
   *
   * @return whether the manifest has it, durably; if not for lack of space, a later checkpoint will
   */
  boolean noteNow(LogCore log) {
    if (log.isGone()) {
      return false;
    }
    try {
      LogSnapshot snapshot = log.checkpoint();
      manifest.put(snapshot);
      noted.put(log, snapshot.endOffset());
      manifest.commit(manifest.firstJournalSequence(), Set.of());
      noted.forEach(LogCore::checkpointed);
      noted.clear();
      return true;
    } catch (NoSpaceException e) {
      space.onNoSpace(e);
    } catch (IOException | RuntimeException e) {
      events.failed(space.onFailure("a checkpoint", e));
    }
    return false;
  }

  /** The last checkpoint, when everything else has ended. What it leaves out, recovery does. */
  void finish() {
    journal.closeForGood(
        (newest, logs) -> {
          waiting.addAll(logs);
          upToSequence = newest;
        });
    if (waiting.size() > MAX_FINAL_LOGS || upToSequence < 0) {
      return;
    }
    state = State.RUNNING;
    while (run() > 0 && state == State.RUNNING) {
      // A few logs more.
    }
  }
}

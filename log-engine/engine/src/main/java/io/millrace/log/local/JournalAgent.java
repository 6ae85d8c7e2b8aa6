package io.millrace.log.local;

import io.millrace.kernel.Agent;
import io.millrace.kernel.Clock;
import io.millrace.kernel.Mailbox;
import io.millrace.log.LogFencedException;
import io.millrace.log.StoreException;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreHealth;
import io.millrace.log.file.NoSpaceException;
import io.millrace.log.local.format.JournalFormat;
import io.millrace.log.local.journal.JournalWriter;
import io.millrace.log.local.segment.GatherBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes appends durable: takes all that waits, writes it with one gathered write, syncs once, and
 * tells the logs. Everything that listeners hear comes from here.
 *
 * <p>A log that brings much, or whose segments hold what no journal entry holds, takes the direct
 * path: its segment is synced instead. {@code docs/format/journal.md} says why recovery is right
 * all the same.
 */
final class JournalAgent implements Agent {
  private static final int MAX_WORK = 16 * 1024;
  private static final int MAIL_LIMIT = 256;
  private static final int HELP_FACTOR = 4;

  /** A log whose segments are synced directly is noted in the journal after this many commits. */
  private static final int MARK_COMMITS = 4;

  private static final int STAGE_BYTES = 256 * 1024;
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private final LocalStoreConfig config;
  private final Clock clock;
  private final JournalQueue queue;
  private final JournalWriter journal;
  private final SpaceWatch space;
  private final StoreStats stats;
  private final TailBudget budget;
  private final StoreEvents events;
  private final Mailbox mailbox = new Mailbox();
  private final GatherBuffer gather = new GatherBuffer(STAGE_BYTES);
  private final List<JournalWork> work = new ArrayList<>();
  private final List<LogCore> logs = new ArrayList<>();
  private final Map<Long, Set<LogCore>> touched = new HashMap<>();
  private long entryBytes;
  private boolean stalled;
  private long retryNs;

  JournalAgent(
      LocalStoreConfig config,
      Clock clock,
      JournalQueue queue,
      JournalWriter journal,
      SpaceWatch space,
      StoreStats stats,
      TailBudget budget,
      StoreEvents events) {
    this.config = config;
    this.clock = clock;
    this.queue = queue;
    this.journal = journal;
    this.space = space;
    this.stats = stats;
    this.budget = budget;
    this.events = events;
  }

  @Override
  public String name() {
    return "millrace-journal";
  }

  /** Runs something on this agent's thread. The caller signals. Any thread. */
  void post(Runnable message) {
    mailbox.put(message);
  }

  @Override
  public int doWork() {
    int done = mailbox.drain(name(), MAIL_LIMIT);
    budget.evict();
    if (budget.isExceeded()) {
      events.memoryExceeded();
    }
    if (work.isEmpty()) {
      stalled = false; // what waited for a file went with its log
    }
    if (stalled && !journal.canRoll()) {
      retryNs = clock.nanoTime() + RETRY_NS;
      return done;
    }
    int before = work.size();
    if (!stalled) {
      collect();
    }
    boolean onlyPostponed = !stalled && before == work.size() && !isDue();
    if (work.isEmpty() || onlyPostponed) {
      return done;
    }
    int count = work.size();
    StoreFailedException failure = space.failure();
    if (failure != null) {
      reject(failure);
      return done + count;
    }
    try {
      commit();
    } catch (IOException | RuntimeException e) {
      // Whatever it was: what is durable and what is not cannot be told any more.
      fail("writing the journal", e);
    }
    return done + count - work.size();
  }

  @Override
  public long nextDeadlineNs() {
    return work.isEmpty() ? Long.MAX_VALUE : retryNs;
  }

  private boolean isDue() {
    return clock.nanoTime() - retryNs >= 0;
  }

  @Override
  public void onClose() {
    // What was appended is made durable; a journal that cannot roll any more is left to recovery.
    while (doWork() > 0) {
      // Goes on until nothing is left.
    }
    journal.close();
  }

  private void collect() {
    long bytes = 0;
    int most = work.size() + MAX_WORK;
    while (bytes < config.maxCommitBytes() && work.size() < most) {
      JournalWork next = queue.poll();
      if (next == null) {
        return;
      }
      work.add(next);
      bytes += JournalFormat.entryBytes(next instanceof Appended batch ? batch.size() : 64);
    }
  }

  private void commit() throws IOException {
    stalled = false;
    plan();
    if (!journal.fits(entryBytes) && !journal.roll()) {
      stall();
      return;
    }
    boolean mustSync = markUncovered();
    mustSync |= writeEntries();
    journal.flush();
    if (mustSync) {
      long startNs = clock.nanoTime();
      journal.sync();
      stats.synced(clock.nanoTime() - startNs);
    }
    List<JournalWork> postponed = moveDirectly();
    settle(postponed);
    retryNs = clock.nanoTime() + RETRY_NS;
    stats.onCommit();
  }

  /** No free file: nothing more is taken until there is one. */
  private void stall() {
    stalled = true;
    retryNs = clock.nanoTime() + RETRY_NS;
    for (LogCore log : logs) {
      log.commit().endCommit();
    }
    logs.clear();
    stats.onJournalStall();
    events.journalStalled();
  }

  /** Decides the path of each log and how many bytes the journal takes at most. */
  private void plan() {
    work.removeIf(this::isMoot);
    for (JournalWork item : work) {
      if (item instanceof Appended batch) {
        CommitState commit = batch.log().commit();
        if (commit.bytes == 0) {
          logs.add(batch.log());
        }
        commit.add(batch);
      }
    }
    entryBytes = JournalFormat.FILE_HEADER_BYTES;
    for (LogCore log : logs) {
      log.commit().path = choosePath(log);
      entryBytes += JournalFormat.entryBytes(64);
    }
    for (JournalWork item : work) {
      if (item instanceof Appended batch) {
        if (batch.log().commit().path == CommitState.Path.JOURNAL) {
          entryBytes += JournalFormat.entryBytes(batch.size());
        }
      } else {
        entryBytes += JournalFormat.entryBytes(64);
      }
    }
  }

  /** What belongs to a deleted or failed log needs no place in the journal. */
  private boolean isMoot(JournalWork item) {
    LogCore log = item.log();
    if (!log.isGone()) {
      return false;
    }
    if (item instanceof Appended batch) {
      stats.onSettled(batch.size());
    } else if (item instanceof LogChange change) {
      if (log.isDeleted()) {
        change.done().complete(null);
      } else {
        change.fail(new LogFencedException("log " + log.id() + " has failed"));
      }
    }
    return true;
  }

  private CommitState.Path choosePath(LogCore log) {
    CommitState commit = log.commit();
    return switch (commit.durability) {
      case OS -> CommitState.Path.OS;
      case MEMORY -> CommitState.Path.MEMORY;
      case FSYNC ->
          isMuch(commit.bytes) || commit.uncoveredTo > log.syncedOffset()
              ? CommitState.Path.DIRECT
              : CommitState.Path.JOURNAL;
    };
  }

  /** On a full disk the journal, which has its space already, takes what it can. */
  private boolean isMuch(long bytes) {
    return bytes >= config.directBytes()
        && (space.health() != StoreHealth.FULL || bytes > config.maxCommitBytes());
  }

  /**
   * Notes in the journal which logs' segments will hold what no entry holds, before they do; and
   * now and then how far they are synced, which tells recovery a damaged end from a torn one.
   */
  private boolean markUncovered() throws IOException {
    boolean mustSync = false;
    for (LogCore log : logs) {
      CommitState commit = log.commit();
      if (commit.path == CommitState.Path.JOURNAL) {
        continue;
      }
      boolean first = commit.markedIn != journal.sequence();
      if (first || commit.bytesSinceMark >= MARK_COMMITS * (long) config.maxCommitBytes()) {
        commit.markedIn = journal.sequence();
        commit.bytesSinceMark = 0;
        touch(log);
        journal.add(
            JournalFormat.TYPE_LOG, log.id(), log.syncedOffset(), LogChange.configBody(log));
        mustSync |= first;
      }
      commit.bytesSinceMark += commit.bytes;
    }
    return mustSync;
  }

  private boolean writeEntries() throws IOException {
    boolean mustSync = false;
    for (JournalWork item : work) {
      LogCore log = item.log();
      if (item instanceof Appended batch) {
        if (log.commit().path == CommitState.Path.JOURNAL) {
          touch(log);
          journal.add(JournalFormat.TYPE_BATCH, log.id(), batch.baseOffset(), batch.bytes());
          mustSync = true;
        }
      } else if (item instanceof LogChange change) {
        touch(log);
        journal.add(change.type(), log.id(), change.offset(), change.body());
        mustSync = true;
      }
    }
    return mustSync;
  }

  private void touch(LogCore log) {
    if (log.commit().touchedIn != journal.sequence()) {
      log.commit().touchedIn = journal.sequence();
      touched.computeIfAbsent(journal.sequence(), sequence -> new HashSet<>()).add(log);
    }
  }

  /**
   * Writes, and where asked syncs, the segments of the logs that do not use the journal.
   *
   * @return what found no space on the disk and must be tried again
   */
  private List<JournalWork> moveDirectly() throws IOException {
    List<JournalWork> postponed = new ArrayList<>();
    for (LogCore log : logs) {
      CommitState commit = log.commit();
      if (commit.path == CommitState.Path.JOURNAL) {
        continue;
      }
      log.movableUpTo(commit.endOffset);
      commit.uncoveredTo = commit.endOffset;
      if (commit.path == CommitState.Path.MEMORY) {
        continue;
      }
      try {
        log.write(gather);
        if (commit.path == CommitState.Path.DIRECT) {
          long startNs = clock.nanoTime();
          log.sync();
          stats.synced(clock.nanoTime() - startNs);
          stats.onDirectCommit();
        }
      } catch (NoSpaceException e) {
        space.onNoSpace(e);
        work.stream().filter(item -> isBatchOf(item, log)).forEach(postponed::add);
      }
    }
    return postponed;
  }

  private static boolean isBatchOf(JournalWork item, LogCore log) {
    return item instanceof Appended batch && batch.log().equals(log);
  }

  /** Everything but what was postponed is durable now. */
  private void settle(List<JournalWork> postponed) {
    Set<LogCore> waiting = new HashSet<>();
    postponed.forEach(item -> waiting.add(item.log()));
    long settled = 0;
    for (JournalWork item : work) {
      if (item instanceof Appended batch && !waiting.contains(batch.log())) {
        settled += batch.size();
      }
    }
    stats.onSettled(settled);
    for (LogCore log : logs) {
      CommitState commit = log.commit();
      if (!waiting.contains(log)) {
        log.movableUpTo(commit.endOffset);
        log.durableUpTo(commit.endOffset);
        tellDurable(log);
        if (log.hasUnwritten()) {
          events.unwritten(log);
          help(log);
        }
      }
      commit.endCommit();
    }
    logs.clear();
    for (JournalWork item : work) {
      if (item instanceof LogChange change) {
        apply(change);
      }
    }
    work.clear();
    work.addAll(postponed);
  }

  /** Writes a segment here when the writer cannot keep up, so that memory stays bounded. */
  private void help(LogCore log) {
    if (stats.unwrittenBytes() < HELP_FACTOR * config.writeBehindBytes()) {
      return;
    }
    try {
      log.write(gather);
    } catch (NoSpaceException e) {
      // It stays in memory and in the journal; the writer tries again.
      space.onNoSpace(e);
    } catch (IOException e) {
      events.failed(space.onFailure("writing a segment of log " + log.id(), e));
    }
  }

  private static void tellDurable(LogCore log) {
    LocalLog handle = log.handle();
    if (handle != null) {
      handle.tellDurable(log.durableOffset());
    }
  }

  private void apply(LogChange change) {
    LogCore log = change.log();
    switch (change.type()) {
      case JournalFormat.TYPE_START -> log.startAt(change.offset());
      case JournalFormat.TYPE_DELETE -> {
        log.delete();
        LocalLog handle = log.handle();
        if (handle != null) {
          handle.tellFailed(new LogFencedException("log " + log.id() + " was deleted"));
        }
        events.deleted(log);
      }
      default -> {
        // That the log exists needs nothing more.
      }
    }
    change.done().complete(null);
  }

  /** Nothing can be trusted any more: every log fails, nothing is acknowledged. */
  void fail(String where, Exception cause) {
    StoreFailedException failure = space.onFailure(where, cause);
    for (LogCore log : logs) {
      log.commit().endCommit();
    }
    logs.clear();
    reject(failure);
    events.failed(failure);
  }

  private void reject(StoreException failure) {
    long bytes = 0;
    for (JournalWork item : work) {
      if (item instanceof Appended batch) {
        bytes += batch.size();
        failLog(batch.log(), failure);
      } else if (item instanceof LogChange change) {
        change.fail(failure);
      }
    }
    stats.onSettled(bytes);
    work.clear();
  }

  static void failLog(LogCore log, StoreException failure) {
    LocalLog handle = log.fail(failure);
    if (handle != null) {
      handle.tellFailed(failure);
    }
  }

  /** Begins a new file when the current one has entries and there is a free one. */
  void closeFile() {
    if (!journal.hasEntries() || space.failure() != null) {
      return;
    }
    try {
      journal.roll();
    } catch (IOException e) {
      fail("closing a journal file", e);
    }
  }

  /** The sequence number of the newest file. */
  long lastSequence() {
    return journal.sequence();
  }

  /** The logs with entries in files up to a sequence number; they are forgotten here. */
  Set<LogCore> takeTouched(long upToSequence) {
    Set<LogCore> all = new HashSet<>();
    touched
        .entrySet()
        .removeIf(
            file -> {
              boolean old = file.getKey() <= upToSequence;
              if (old) {
                all.addAll(file.getValue());
              }
              return old;
            });
    return all;
  }
}

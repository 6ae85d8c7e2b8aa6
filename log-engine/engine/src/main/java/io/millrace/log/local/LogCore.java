package io.millrace.log.local;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.TransactionMarker;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.Compaction;
import io.millrace.log.CorruptLogException;
import io.millrace.log.Durability;
import io.millrace.log.LogConfig;
import io.millrace.log.LogFencedException;
import io.millrace.log.LogId;
import io.millrace.log.ProducerState;
import io.millrace.log.StoreBusyException;
import io.millrace.log.StoreException;
import io.millrace.log.StoreFullException;
import io.millrace.log.local.compact.Cleanable;
import io.millrace.log.local.compact.CompactionTask;
import io.millrace.log.local.format.LogSnapshot;
import io.millrace.log.local.producer.ProducerTable;
import io.millrace.log.local.producer.TransactionTable;
import io.millrace.log.local.recovery.RecoveredLog;
import io.millrace.log.local.segment.GatherBuffer;
import io.millrace.log.local.segment.LogBatch;
import io.millrace.log.local.segment.LogSegments;
import io.millrace.log.local.segment.Segment;
import io.millrace.log.local.segment.Tail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One log, whoever has opened it. Offsets only grow, and
 *
 * <pre>
 * start &lt;= synced &lt;= written &lt;= movable &lt;= end      and   start &lt;= durable &lt;= end
 *          segment's disk  segment   may be written  appended
 * start &lt;= stable &lt;= durable
 * </pre>
 *
 * <p>Locks, in the order in which they may be taken: {@code syncLock} (one sync at a time), {@code
 * writeLock} (the segments), this object (appending: end, producers and their transactions,
 * handle). Listeners are called by the journal's agent, without a lock.
 */
final class LogCore {
  private static final int WRITE_CHUNK_BYTES = 4 << 20;

  private final LogId id;
  private final StoreContext store;
  private final LogSegments segments;
  private final Tail tail = new Tail();
  private final ProducerTable producers;
  private final Frontier frontier = new Frontier();
  private final CommitState commit = new CommitState();
  private final AtomicBoolean queuedForWriting = new AtomicBoolean();
  private final Object syncLock = new Object();

  /** Guarded by syncLock: a sync that failed is never followed by one that counts. */
  private @Nullable Exception syncFailure;

  private final Object writeLock = new Object();

  /** Guarded by writeLock: replaced by compaction, and in the last description for the manifest. */
  private final List<Segment> replaced = new ArrayList<>();

  /** Guarded by writeLock: replaced, and in no description any more; in the manifest perhaps. */
  private final List<Segment> discardable = new ArrayList<>();

  /** Guarded by writeLock: the highest generation of a compacted segment's file. */
  private int lastGeneration;

  private final @Nullable CorruptLogException damage;

  private volatile LogConfig config;
  private volatile long startOffset;
  private volatile long endOffset;
  private volatile long movableOffset;
  private volatile long syncedOffset;
  private volatile long checkpointOffset;
  private volatile long compactedOffset;
  private volatile boolean deleted;
  private volatile boolean verified;
  private volatile @Nullable StoreException failure;
  private volatile @Nullable LocalLog handle;

  LogCore(StoreContext store, RecoveredLog found) {
    this.store = store;
    this.id = found.id();
    this.config = found.config();
    this.segments = found.segments();
    this.producers = found.producers();
    this.damage = found.damage();
    this.startOffset = found.startOffset();
    long end = found.segments().endOffset();
    if (damage == null) {
      for (LogBatch batch : found.unwritten()) {
        keep(batch);
        end = batch.nextOffset();
      }
    }
    this.endOffset = Math.max(end, found.startOffset());
    this.movableOffset = endOffset;
    this.syncedOffset = found.syncedOffset();
    advance(endOffset);
    this.checkpointOffset = found.checkpointOffset();
    this.compactedOffset = found.compactedOffset();
    this.verified = found.segments().list().isEmpty();
    commit.uncoveredTo = 0;
  }

  /** Takes over a batch that is durable in the journal and not in a segment. */
  private void keep(LogBatch found) {
    Appended batch =
        new Appended(
            this,
            config.durability(),
            found.bytes(),
            found.baseOffset(),
            found.nextOffset(),
            found.maxTimestampMs(),
            found.appendedMs());
    store.stats().onFound(batch.size());
    tail.add(batch);
    store.budget().add(batch);
  }

  LogId id() {
    return id;
  }

  LogConfig config() {
    return config;
  }

  long startOffset() {
    return startOffset;
  }

  long endOffset() {
    return endOffset;
  }

  long durableOffset() {
    return frontier.durable();
  }

  /** The start is read first: it is never beyond a durable offset that is read behind it. */
  long stableOffset() {
    long start = startOffset;
    return Math.max(start, frontier.stable());
  }

  LogSegments segments() {
    return segments;
  }

  Tail tail() {
    return tail;
  }

  CommitState commit() {
    return commit;
  }

  @Nullable LocalLog handle() {
    return handle;
  }

  /** Why the log cannot be opened; null when it can. */
  @Nullable CorruptLogException damage() {
    return damage;
  }

  /** Whether {@link #verify} need not be called. */
  boolean isVerified() {
    return verified;
  }

  /**
   * Makes sure that the last segment is there, as long as it was synced, and removes what
   * compaction has left when the process ended. May wait for a disk.
   *
   * @param compacted whether the log is going to be compacted
   * @throws CorruptLogException when it is not there
   */
  void verify(boolean compacted) throws IOException {
    segments.verifyEnd();
    synchronized (writeLock) {
      if (!verified && (compacted || compactedOffset > 0 || segments.areCompacted())) {
        lastGeneration = Math.max(lastGeneration, segments.removeLeftovers());
      }
      verified = true;
    }
  }

  // ---- compaction

  /** Whether compaction may look at it. */
  boolean isCompactable() {
    return verified && damage == null && !isGone();
  }

  /** Records below were compacted. */
  long compactedOffset() {
    return compactedOffset;
  }

  /** The manifest knows the log up to here. */
  long checkpointOffset() {
    return checkpointOffset;
  }

  /**
   * What may be compacted.
   *
   * @param limitOffset no further than here, nor than what is decided and written
   */
  Cleanable cleanable(Compaction how, long nowMs, long limitOffset) {
    return Cleanable.of(
        segments.list(),
        Math.max(compactedOffset, startOffset),
        Math.min(limitOffset, stableOffset()),
        how,
        nowMs);
  }

  /** All that a run needs to know. */
  CompactionTask compactionTask(Cleanable cleanable, Compaction how, long nowMs) {
    return new CompactionTask(
        segments,
        cleanable.segments(),
        startOffset,
        cleanable.fromOffset(),
        abortedTransactions(0, stableOffset()),
        producers(),
        config.segmentBytes(),
        how.deleteRetentionMs(),
        nowMs,
        this::nextGeneration);
  }

  private int nextGeneration() {
    synchronized (writeLock) {
      return ++lastGeneration;
    }
  }

  /**
   * Puts a compacted segment, which is synced, in the place of others. Keeper's agent only, which
   * then writes a checkpoint of the log: the files of the others go when that is durable.
   *
   * @param forgotten aborted transactions of which nothing is left
   * @return false when not all of the others are here any more, and nothing was changed
   */
  boolean replace(List<Segment> others, Segment compacted, List<AbortedTransaction> forgotten) {
    // Before readers find the markers gone: who hears of an aborted transaction waits for its
    // marker.
    synchronized (this) {
      producers.transactions().forget(forgotten);
    }
    synchronized (writeLock) {
      if (isGone() || !segments.replace(others, compacted)) {
        return false;
      }
      replaced.addAll(others);
      tail.forgetBelow(compacted.nextOffset());
      removeDeleted();
    }
    return true;
  }

  /** Records below are compacted. */
  void compactedTo(long offset) {
    compactedOffset = Math.max(compactedOffset, offset);
  }

  /** Whether nobody needs what is not yet written: the log is deleted or has failed. */
  boolean isGone() {
    return deleted || failure != null;
  }

  boolean isDeleted() {
    return deleted;
  }

  /** Bytes of all batches: those in segments and those on the way there. */
  long sizeInBytes() {
    long unwritten = 0;
    for (LogBatch batch : tail.collect(segments.endOffset(), endOffset, Integer.MAX_VALUE)) {
      unwritten += batch.size();
    }
    return segments.sizeInBytes() + unwritten;
  }

  /** Makes a handle the only one that may write. Returns the one before. */
  synchronized @Nullable LocalLog takeOver(LocalLog next) {
    LocalLog before = handle;
    handle = next;
    return before;
  }

  /** A handle is no longer used; when it is the current one, nobody listens any more. */
  synchronized void release(LocalLog closing) {
    if (closing.equals(handle)) {
      handle = null;
    }
  }

  /** Returns whether something changed. */
  synchronized boolean configure(LogConfig next) {
    // How it is compacted is not written anywhere: who opens it says so.
    boolean changed = !next.withCompaction(null).equals(config.withCompaction(null));
    config = next;
    return changed;
  }

  synchronized List<ProducerState> producers() {
    return producers.states();
  }

  synchronized List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset) {
    return producers.transactions().aborted(fromOffset, toOffset);
  }

  synchronized long openTransaction(long producerId) {
    return producers.transactions().openedAt(producerId);
  }

  synchronized boolean hasTransaction(long producerId, short producerEpoch) {
    return producers.transactions().isOpen(producerId) && producers.isAt(producerId, producerEpoch);
  }

  void checkWriter(LocalLog by) {
    if (!by.equals(handle) || deleted) {
      throw new LogFencedException(
          deleted ? "log " + id + " was deleted" : "log " + id + " was opened anew elsewhere");
    }
    StoreException broken = failure;
    if (broken != null) {
      throw new LogFencedException("log " + id + " has failed: " + broken.getMessage());
    }
  }

  AppendResult append(LocalLog by, ByteBuffer batches, AppendOptions options) {
    LogConfig now = config;
    int count = Admission.checkForm(batches, now.maxBatchBytes());
    long nowMs = store.clock().wallMs();
    AppendResult result;
    synchronized (this) {
      checkWriter(by);
      admit(batches.remaining(), options.critical());
      if (options.checkSequence()) {
        long verdict = Admission.checkSequences(batches, count, producers, nowMs);
        if (verdict != ProducerTable.NEXT) {
          return new AppendResult(verdict, endOffset, -1, true);
        }
      }
      result = take(batches, options, nowMs);
    }
    store.journal().signal();
    return result;
  }

  private void admit(int bytes, boolean critical) {
    try {
      store.space().admit(bytes, critical);
    } catch (StoreFullException full) {
      store.stats().onFull();
      throw full;
    }
    long pending = store.stats().pendingBytes();
    long most = store.config().maxPendingBytes();
    if (!critical && pending > 0 && pending + bytes > most) {
      store.stats().onRefused();
      throw new StoreBusyException(
          pending
              + " bytes wait to be durable, and at most "
              + most
              + " may: the disk is too slow");
    }
  }

  private AppendResult take(ByteBuffer batches, AppendOptions options, long nowMs) {
    RecordBatchView batch = new RecordBatchView();
    long base = endOffset;
    long next = base;
    for (boolean found = batch.first(batches); found; found = batch.next()) {
      batch.setBaseOffset(next);
      batch.setLeaderEpoch(options.leaderEpoch());
      if (options.logAppendTimeMs() >= 0) {
        batch.setLogAppendTime(options.logAppendTimeMs());
      }
      if (options.checkSequence() && ProducerTable.isTracked(batch)) {
        producers.add(batch, nowMs, segments.endOffset());
        if (batch.isTransactional()) {
          producers.transactions().add(batch);
          frontier.unstableFrom(producers.transactions().firstUnstable());
        }
      }
      Durability durability = durability(batch);
      Appended appended =
          new Appended(
              this,
              durability,
              batch.slice(),
              next,
              batch.nextOffset(),
              batch.maxTimestamp(),
              nowMs);
      next = batch.nextOffset();
      store.stats().onAppended(appended.size());
      tail.add(appended);
      store.budget().add(appended);
      boolean atOnce =
          durability == Durability.MEMORY && frontier.durable() == appended.baseOffset();
      endOffset = next;
      if (atOnce) {
        advance(next);
      }
      store.journal().put(appended);
    }
    return new AppendResult(base, next, options.logAppendTimeMs(), false);
  }

  /**
   * A marker is synced in every log, and all before it: its coordinator forgets the transaction
   * once it is told so, and records whose marker is lost would be undecided for ever.
   */
  private Durability durability(RecordBatchView batch) {
    return TransactionMarker.is(batch) ? Durability.FSYNC : config.durability();
  }

  /** Raises the durable offset. */
  synchronized void durableUpTo(long offset) {
    if (offset > frontier.durable()) {
      advance(offset);
    }
  }

  /** Raises the durable offset, and decides the transactions whose markers that passes. */
  private void advance(long offset) {
    TransactionTable transactions = producers.transactions();
    transactions.settle(offset, syncedOffset);
    frontier.advance(offset, transactions.firstUnstable());
  }

  /** Batches below may be written to the segments. Journal's agent only. */
  void movableUpTo(long offset) {
    if (offset > movableOffset) {
      movableOffset = offset;
    }
  }

  /** Whether something may be written that is not yet. To a damaged log nothing is. */
  boolean hasUnwritten() {
    return segments.endOffset() < movableOffset && damage == null && !isGone();
  }

  /** Marks the log as waiting for the writer; false when it was already. */
  boolean queueForWriting() {
    return queuedForWriting.compareAndSet(false, true);
  }

  void unqueuedForWriting() {
    queuedForWriting.set(false);
  }

  /** Writes what may be written to the segments. Any thread of the store. */
  void write(GatherBuffer gather) throws IOException {
    synchronized (writeLock) {
      while (hasUnwritten()) {
        long from = segments.endOffset();
        List<LogBatch> batches = tail.collect(from, movableOffset, WRITE_CHUNK_BYTES);
        if (batches.isEmpty()) {
          throw new IllegalStateException("log " + id + " has nothing in memory at " + from);
        }
        try {
          segments.append(batches, config, gather);
        } finally {
          long written = 0;
          for (LogBatch batch : batches) {
            written += batch.isWritten() ? batch.size() : 0;
          }
          store.stats().onWritten(written);
        }
      }
    }
  }

  /** Makes what was written survive a power loss. */
  void sync() throws IOException {
    synchronized (syncLock) {
      LogSegments.SyncTask task;
      synchronized (writeLock) {
        task = segments.beginSync();
      }
      finishSync(task);
    }
  }

  /** Called with syncLock held. */
  private void finishSync(LogSegments.SyncTask task) throws IOException {
    if (syncFailure != null) {
      throw new IOException("an earlier sync of log " + id + " failed", syncFailure);
    }
    try {
      segments.sync(task);
    } catch (IOException | RuntimeException e) {
      syncFailure = e;
      throw e;
    }
    syncedOffset = Math.max(syncedOffset, task.endOffset());
  }

  long syncedOffset() {
    return syncedOffset;
  }

  /** Syncs, and describes what is synced for the manifest. */
  LogSnapshot checkpoint() throws IOException {
    // A damaged log is not written to; what is known of it stays, with the damage noted.
    synchronized (syncLock) {
      LogSegments.SyncTask task;
      List<Segment> left;
      synchronized (writeLock) {
        removeDeleted();
        task = segments.beginSync();
        left = List.copyOf(replaced);
      }
      finishSync(task);
      LogSnapshot snapshot = describe(task);
      synchronized (writeLock) {
        replaced.removeAll(left);
        discardable.addAll(left);
      }
      return snapshot;
    }
  }

  private synchronized LogSnapshot describe(LogSegments.SyncTask task) {
    return new LogSnapshot(
        id,
        config,
        startOffset,
        task.endOffset(),
        damage != null,
        task.summaries(),
        producers.snapshot(task.endOffset(), store.clock().wallMs()),
        producers.transactions().snapshot(task.endOffset(), startOffset),
        compactedOffset);
  }

  /** The manifest knows the log up to an offset, durably. */
  void checkpointed(long offset) {
    synchronized (writeLock) {
      checkpointOffset = Math.max(checkpointOffset, offset);
      discardable.forEach(segments::discard);
      discardable.clear();
      removeDeleted();
    }
  }

  /** Moves the start, and gives back segments below. Journal's agent only. */
  void startAt(long offset) {
    synchronized (writeLock) {
      if (offset > startOffset) {
        startOffset = offset;
      }
      removeDeleted();
    }
  }

  /**
   * Gives back segments below the start, but none that a checkpoint does not cover: recovery learns
   * from them what their producers have sent. Called with writeLock held.
   */
  private void removeDeleted() {
    segments.removeBelow(Math.min(startOffset, checkpointOffset));
  }

  /** The log is no more. Journal's agent only. */
  void delete() {
    deleted = true;
    synchronized (writeLock) {
      startOffset = endOffset;
      segments.removeBelow(Long.MAX_VALUE);
    }
    dropUnwritten();
  }

  /** Nothing more is taken. Returns the handle that must be told; null when it knows. */
  @Nullable LocalLog fail(StoreException cause) {
    synchronized (this) {
      if (failure != null) {
        return null;
      }
      failure = cause;
    }
    return handle;
  }

  private void dropUnwritten() {
    long bytes = 0;
    for (LogBatch batch : tail.collect(segments.endOffset(), endOffset, Integer.MAX_VALUE)) {
      bytes += batch.isWritten() ? 0 : batch.size();
    }
    store.stats().onWritten(bytes);
  }
}

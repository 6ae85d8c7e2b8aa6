package io.millrace.log.local;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** What the store counts, for metrics and for bounding clients. Safe from any thread. */
public final class StoreStats {
  private final AtomicLong pendingBytes = new AtomicLong();
  private final AtomicLong unwrittenBytes = new AtomicLong();
  private final AtomicLong cachedBytes = new AtomicLong();
  private final LongAdder appendedBytes = new LongAdder();
  private final LongAdder commits = new LongAdder();
  private final LongAdder directCommits = new LongAdder();
  private final LongAdder journalStalls = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder fullRefusals = new LongAdder();
  private final LongAdder checkpoints = new LongAdder();
  private final LongAdder compactions = new LongAdder();
  private final LongAdder compactionReadBytes = new LongAdder();
  private final LongAdder compactionRemovedBytes = new LongAdder();
  private final LongAdder compactionFailures = new LongAdder();
  private final AtomicLong uncompactable = new AtomicLong();
  private volatile LongConsumer syncObserver = durationNs -> {};

  StoreStats() {}

  /** Bytes that were appended and are not durable yet. */
  public long pendingBytes() {
    return pendingBytes.get();
  }

  /** Bytes that were appended and are not in a segment yet. */
  public long unwrittenBytes() {
    return unwrittenBytes.get();
  }

  /** Bytes of batches kept in memory for readers. */
  public long cachedBytes() {
    return cachedBytes.get();
  }

  public long appendedBytes() {
    return appendedBytes.sum();
  }

  /** Group commits. */
  public long commits() {
    return commits.sum();
  }

  /** How often a segment was synced instead of the journal. */
  public long directCommits() {
    return directCommits.sum();
  }

  /** How often a commit had to wait for a free journal file. */
  public long journalStalls() {
    return journalStalls.sum();
  }

  /** How often an append was refused because too much waited to be durable. */
  public long refusals() {
    return refusals.sum();
  }

  /** How often an append was refused because the disk was full. */
  public long fullRefusals() {
    return fullRefusals.sum();
  }

  public long checkpoints() {
    return checkpoints.sum();
  }

  /** How often a log was compacted. */
  public long compactions() {
    return compactions.sum();
  }

  /** Bytes that compaction has read. */
  public long compactionReadBytes() {
    return compactionReadBytes.sum();
  }

  /** By how many bytes compaction has made segments smaller. */
  public long compactionRemovedBytes() {
    return compactionRemovedBytes.sum();
  }

  /** How often compacting a log was given up: a disk was full or failed, or a batch is damaged. */
  public long compactionFailures() {
    return compactionFailures.sum();
  }

  /** How many logs are not compacted any more, because a batch of them is damaged. */
  public long uncompactableLogs() {
    return uncompactable.get();
  }

  /**
   * Hears how long each sync of a commit took, in nanoseconds, on the journal's thread; one
   * observer, which is quick.
   */
  public void onSync(LongConsumer observer) {
    syncObserver = observer;
  }

  void synced(long durationNs) {
    syncObserver.accept(durationNs);
  }

  void onAppended(int bytes) {
    pendingBytes.addAndGet(bytes);
    unwrittenBytes.addAndGet(bytes);
    cachedBytes.addAndGet(bytes);
    appendedBytes.add(bytes);
  }

  /** Recovery found durable bytes that no segment has. */
  void onFound(int bytes) {
    unwrittenBytes.addAndGet(bytes);
    cachedBytes.addAndGet(bytes);
  }

  void onSettled(long bytes) {
    pendingBytes.addAndGet(-bytes);
  }

  void onWritten(long bytes) {
    unwrittenBytes.addAndGet(-bytes);
  }

  void onEvicted(long bytes) {
    cachedBytes.addAndGet(-bytes);
  }

  void onCommit() {
    commits.increment();
  }

  void onDirectCommit() {
    directCommits.increment();
  }

  void onFull() {
    fullRefusals.increment();
  }

  void onRefused() {
    refusals.increment();
  }

  void onJournalStall() {
    journalStalls.increment();
  }

  void onCompaction(long removedBytes) {
    compactions.increment();
    compactionRemovedBytes.add(removedBytes);
  }

  void onCompactionRead(int bytes) {
    compactionReadBytes.add(bytes);
  }

  void onCompactionFailed() {
    compactionFailures.increment();
  }

  void uncompactable(long logs) {
    uncompactable.set(logs);
  }

  void onCheckpoint() {
    checkpoints.increment();
  }
}

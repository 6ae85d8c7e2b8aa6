package io.millrace.server.partition;

import io.millrace.log.Log;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An open partition as readers see it: durable records only. Any thread; reads do not pass through
 * the shard.
 *
 * <p>When the partition's log fails or is deleted, its view closes for good and everyone who waits
 * is woken; a partition that comes back has another view.
 */
public final class PartitionView {
  private final Log log;
  private final PartitionCounters counters = new PartitionCounters();
  private final OffsetWaiters waiters;
  private volatile boolean closed;

  PartitionView(Log log, int maxWaiters) {
    this.log = log;
    this.waiters = new OffsetWaiters(maxWaiters, log::durableOffset);
  }

  public LogId id() {
    return log.id();
  }

  /** False for good when the log has failed or was deleted. */
  public boolean isOpen() {
    return !closed;
  }

  /** The first offset that can be read. */
  public long startOffset() {
    return log.startOffset();
  }

  /** Records below are durable and can be read. Never goes back. */
  public long highWatermark() {
    return log.durableOffset();
  }

  /** Records below belong to no open transaction. */
  public long lastStableOffset() {
    return log.durableOffset();
  }

  public long sizeInBytes() {
    return log.sizeInBytes();
  }

  /** For reading; appending is the partition's own. */
  public Log log() {
    return log;
  }

  public PartitionCounters counters() {
    return counters;
  }

  /**
   * Whole durable batches from the one that contains {@code offset}, at least one and up to {@code
   * maxBytes}; see {@link Log#read}.
   */
  public CompletionStage<LogSlice> read(long offset, int maxBytes) {
    if (closed) {
      return CompletableFuture.failedFuture(
          new PartitionUnavailableException("partition " + id() + " is closed", false, null));
    }
    return log.read(offset, maxBytes, log.durableOffset());
  }

  /**
   * Runs {@code callback} once, as soon as the record at {@code offset} can be read, or the view
   * has closed: at once on the caller's thread, or later on the shard's, where it must be quick.
   *
   * @throws BusyException too many wait already
   */
  public OffsetWait await(long offset, Runnable callback) {
    return waiters.add(offset, callback);
  }

  // ---- for the partition

  void advanced(long highWatermark) {
    waiters.advance(highWatermark);
  }

  void close() {
    closed = true;
    waiters.close();
  }
}

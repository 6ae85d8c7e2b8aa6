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
  private final OffsetWaiters stableWaiters;
  private volatile boolean closed;

  PartitionView(Log log, int maxWaiters) {
    this.log = log;
    this.waiters = new OffsetWaiters(maxWaiters, log::durableOffset);
    this.stableWaiters = new OffsetWaiters(maxWaiters, log::stableOffset);
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

  /**
   * Records below are durable and belong to no open transaction: it is decided whether they count.
   * Never above {@link #highWatermark}, if asked for before it; never goes back.
   */
  public long lastStableOffset() {
    return log.stableOffset();
  }

  /** Records below can be read: the high watermark, or the last stable offset. */
  public long end(Isolation isolation) {
    return switch (isolation) {
      case READ_UNCOMMITTED -> highWatermark();
      case READ_COMMITTED -> lastStableOffset();
    };
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
    return read(offset, maxBytes, log.durableOffset());
  }

  /**
   * As {@link #read(long, int)}, of batches whose records are all below a limit.
   *
   * @param limitOffset an {@link #end} that this view had, or has
   */
  public CompletionStage<LogSlice> read(long offset, int maxBytes, long limitOffset) {
    if (closed) {
      return CompletableFuture.failedFuture(
          new PartitionUnavailableException("partition " + id() + " is closed", false, null));
    }
    return log.read(offset, maxBytes, limitOffset);
  }

  /**
   * Runs {@code callback} once, as soon as {@link #end} is above {@code offset}, or the view has
   * closed: at once on the caller's thread, or later on the shard's, where it must be quick.
   *
   * @throws BusyException too many wait already
   */
  public OffsetWait await(long offset, Isolation isolation, Runnable callback) {
    return switch (isolation) {
      case READ_UNCOMMITTED -> waiters.add(offset, callback);
      case READ_COMMITTED -> stableWaiters.add(offset, callback);
    };
  }

  // ---- for the partition

  void advanced(long highWatermark, long lastStableOffset) {
    waiters.advance(highWatermark);
    stableWaiters.advance(lastStableOffset);
  }

  void close() {
    closed = true;
    waiters.close();
    stableWaiters.close();
  }
}

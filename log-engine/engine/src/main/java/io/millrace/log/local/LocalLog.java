package io.millrace.log.local;

import io.millrace.kernel.Failures;
import io.millrace.log.AbortedTransaction;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.LogListener;
import io.millrace.log.LogSlice;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.log.ProducerState;
import io.millrace.log.StoreException;
import io.millrace.log.TimestampOffset;
import io.millrace.log.local.segment.FileSlice;
import io.millrace.log.local.segment.MemorySlice;
import io.millrace.log.local.segment.SegmentReader;
import io.millrace.log.local.segment.TimestampFinder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One opening of a log: the right to write to it, until it is opened anew. */
final class LocalLog implements Log {

  private final LogCore core;
  private final StoreContext store;
  private final LogListener listener;
  private final SegmentReader reader;

  LocalLog(LogCore core, StoreContext store, LogListener listener) {
    this.core = core;
    this.store = store;
    this.listener = listener;
    this.reader = new SegmentReader(core.segments());
  }

  @Override
  public LogId id() {
    return core.id();
  }

  @Override
  public LogConfig config() {
    return core.config();
  }

  @Override
  public void configure(LogConfig config) {
    core.checkWriter(this);
    if (core.configure(config)) {
      store.journal().put(LogChange.exists(core));
      store.journal().signal();
    }
  }

  @Override
  public long startOffset() {
    return core.startOffset();
  }

  @Override
  public long endOffset() {
    return core.endOffset();
  }

  @Override
  public long durableOffset() {
    return core.durableOffset();
  }

  @Override
  public long stableOffset() {
    return core.stableOffset();
  }

  @Override
  public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset) {
    return core.abortedTransactions(fromOffset, toOffset);
  }

  @Override
  public long openTransaction(long producerId) {
    return core.openTransaction(producerId);
  }

  @Override
  public boolean hasTransaction(long producerId, short producerEpoch) {
    return core.hasTransaction(producerId, producerEpoch);
  }

  @Override
  public long sizeInBytes() {
    return core.sizeInBytes();
  }

  @Override
  public AppendResult append(ByteBuffer batches, AppendOptions options) {
    return core.append(this, batches, options);
  }

  @Override
  public CompletionStage<LogSlice> read(long offset, int maxBytes, long limitOffset) {
    long durable = core.durableOffset();
    long start = core.startOffset();
    if (offset < start || offset > durable) {
      return CompletableFuture.failedFuture(outOfRange(offset, start, durable));
    }
    long limit = Math.min(limitOffset, durable);
    if (offset >= limit) {
      return CompletableFuture.completedFuture(MemorySlice.EMPTY);
    }
    MemorySlice recent = core.tail().read(offset, maxBytes, limit);
    if (recent != null) {
      return CompletableFuture.completedFuture(recent);
    }
    return slowly(() -> readFiles(offset, maxBytes, limit));
  }

  private LogSlice readFiles(long offset, int maxBytes, long limit) throws IOException {
    LogSlice slice = reader.read(offset, maxBytes, limit);
    if (!(slice instanceof FileSlice found) || !found.beginsEmpty()) {
      return slice;
    }
    long from;
    try {
      from = reader.passEmpty(offset, limit);
    } catch (IOException | RuntimeException e) {
      slice.close();
      throw e;
    }
    if (from == offset) {
      return slice;
    }
    slice.close();
    MemorySlice recent = core.tail().read(from, maxBytes, limit);
    return recent != null ? recent : reader.read(from, maxBytes, limit);
  }

  @Override
  public CompletionStage<Optional<TimestampOffset>> findTimestamp(long timestampMs) {
    TimestampFinder finder = finder();
    return slowly(() -> finder.first(core.segments(), core.tail(), timestampMs));
  }

  @Override
  public CompletionStage<Optional<TimestampOffset>> maxTimestamp() {
    TimestampFinder finder = finder();
    return slowly(() -> finder.greatest(core.segments(), core.tail()));
  }

  private TimestampFinder finder() {
    return new TimestampFinder(store.decompressor(), core.startOffset(), core.durableOffset());
  }

  private <T> CompletionStage<T> slowly(SlowRead<T> read) {
    return SlowRead.on(store.reads(), "reading log " + core.id(), read);
  }

  @Override
  public CompletionStage<Void> deleteBefore(long offset) {
    long durable = core.durableOffset();
    long start = core.startOffset();
    if (offset > durable) {
      return CompletableFuture.failedFuture(outOfRange(offset, start, durable));
    }
    if (offset <= start) {
      return CompletableFuture.completedFuture(null);
    }
    LogChange change = LogChange.start(core, offset);
    store.journal().put(change);
    store.journal().signal();
    return change.done();
  }

  private OffsetOutOfRangeException outOfRange(long offset, long start, long durable) {
    return new OffsetOutOfRangeException(
        "offset " + offset + " of log " + core.id() + " is not within " + start + " to " + durable);
  }

  @Override
  public List<ProducerState> producers() {
    return core.producers();
  }

  @Override
  public void close() {
    core.release(this);
  }

  /** Tells the listener. Journal's agent only. */
  void tellDurable(long durableOffset) {
    try {
      listener.onDurable(durableOffset);
    } catch (RuntimeException e) {
      Failures.report("listener of log " + core.id(), e);
    }
  }

  /** Tells the listener. Journal's agent only. */
  void tellFailed(StoreException cause) {
    try {
      listener.onFailed(cause);
    } catch (RuntimeException e) {
      Failures.report("listener of log " + core.id(), e);
    }
  }
}

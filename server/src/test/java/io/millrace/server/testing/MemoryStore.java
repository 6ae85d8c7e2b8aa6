package io.millrace.server.testing;

import io.millrace.batch.RecordBatchView;
import io.millrace.kernel.Agent;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogFencedException;
import io.millrace.log.LogId;
import io.millrace.log.LogListener;
import io.millrace.log.LogSlice;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.log.ProducerState;
import io.millrace.log.Store;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreHealth;
import io.millrace.log.TimestampOffset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A store in memory for stepped tests: what was appended becomes durable when the store takes its
 * step. It knows nothing of producers' sequences. One thread.
 */
public final class MemoryStore implements Store, Agent {
  private final MemoryDisk disk;
  private final Map<LogId, MemoryLog> open = new HashMap<>();

  public MemoryStore(MemoryDisk disk) {
    this.disk = disk;
  }

  @Override
  public String name() {
    return "memory-store";
  }

  @Override
  public int doWork() {
    int done = 0;
    for (MemoryLog log : List.copyOf(open.values())) {
      done += log.commit();
    }
    return done;
  }

  /** Makes one log fail, as after a failed sync: what is not durable is lost. */
  public void fail(LogId id) {
    MemoryLog log = open.remove(id);
    if (log == null) {
      throw new IllegalArgumentException("log " + id + " is not open");
    }
    log.fenced = true;
    log.listener.onFailed(new StoreFailedException("injected", null));
  }

  @Override
  public CompletionStage<Log> open(LogId id, LogConfig config, LogListener listener) {
    MemoryLog before = open.remove(id);
    if (before != null) {
      before.fenced = true;
    }
    MemoryLog opened =
        new MemoryLog(
            id, disk.logs.computeIfAbsent(id, absent -> new MemoryDisk.Kept()), config, listener);
    open.put(id, opened);
    return CompletableFuture.completedFuture(opened);
  }

  @Override
  public CompletionStage<Void> delete(LogId id) {
    MemoryLog deleted = open.remove(id);
    if (deleted != null) {
      deleted.fenced = true;
    }
    disk.logs.remove(id);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Set<LogId> logs() {
    return Set.copyOf(disk.logs.keySet());
  }

  @Override
  public StoreHealth health() {
    return StoreHealth.OK;
  }

  @Override
  public List<String> recoveryReport() {
    return List.of();
  }

  @Override
  public void close() {
    doWork();
    open.clear();
  }

  private static final class MemoryLog implements Log {
    private final LogId id;
    private final MemoryDisk.Kept kept;
    private final LogListener listener;
    private final TreeMap<Long, byte[]> pending = new TreeMap<>();
    private LogConfig config;
    private long end;
    private boolean fenced;

    MemoryLog(LogId id, MemoryDisk.Kept kept, LogConfig config, LogListener listener) {
      this.id = id;
      this.kept = kept;
      this.config = config;
      this.listener = listener;
      this.end = kept.end;
    }

    int commit() {
      if (pending.isEmpty() || fenced) {
        return 0;
      }
      kept.batches.putAll(pending);
      pending.clear();
      kept.end = end;
      listener.onDurable(end);
      return 1;
    }

    @Override
    public LogId id() {
      return id;
    }

    @Override
    public LogConfig config() {
      return config;
    }

    @Override
    public void configure(LogConfig other) {
      config = other;
    }

    @Override
    public long startOffset() {
      return kept.start;
    }

    @Override
    public long endOffset() {
      return end;
    }

    @Override
    public long durableOffset() {
      return kept.end;
    }

    @Override
    public long sizeInBytes() {
      return kept.batches.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    @Override
    public AppendResult append(ByteBuffer batches, AppendOptions options) {
      if (fenced) {
        throw new LogFencedException("fenced");
      }
      long base = end;
      RecordBatchView batch = new RecordBatchView();
      for (boolean more = batch.first(batches); more; more = batch.next()) {
        batch.setBaseOffset(end);
        byte[] bytes = new byte[batch.sizeInBytes()];
        batch.slice().get(bytes);
        pending.put(end, bytes);
        end = batch.nextOffset();
      }
      if (config.durability() == Durability.MEMORY) {
        kept.batches.putAll(pending);
        pending.clear();
        kept.end = end;
      }
      return new AppendResult(base, end, options.logAppendTimeMs(), false);
    }

    @Override
    public CompletionStage<LogSlice> read(long offset, int maxBytes, long limitOffset) {
      if (offset < kept.start || offset > kept.end) {
        return CompletableFuture.failedFuture(new OffsetOutOfRangeException("at " + offset));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Long first = kept.batches.floorKey(offset);
      if (offset < kept.end && first != null) {
        for (Map.Entry<Long, byte[]> each : kept.batches.tailMap(first).entrySet()) {
          if (each.getKey() >= limitOffset
              || (out.size() > 0 && out.size() + each.getValue().length > maxBytes)) {
            break;
          }
          out.writeBytes(each.getValue());
        }
      }
      return CompletableFuture.completedFuture(new Slice(out.toByteArray()));
    }

    private List<TimestampOffset> times() {
      List<TimestampOffset> all = new ArrayList<>();
      for (byte[] bytes : kept.batches.tailMap(kept.start).values()) {
        RecordBatchView batch = new RecordBatchView().wrap(ByteBuffer.wrap(bytes), 0);
        all.add(new TimestampOffset(batch.maxTimestamp(), batch.lastOffset()));
      }
      return all;
    }

    @Override
    public CompletionStage<Optional<TimestampOffset>> findTimestamp(long timestampMs) {
      return CompletableFuture.completedFuture(
          times().stream().filter(at -> at.timestampMs() >= timestampMs).findFirst());
    }

    @Override
    public CompletionStage<Optional<TimestampOffset>> maxTimestamp() {
      return CompletableFuture.completedFuture(
          times().stream().max(java.util.Comparator.comparing(TimestampOffset::timestampMs)));
    }

    @Override
    public CompletionStage<Void> deleteBefore(long offset) {
      kept.start = Math.max(kept.start, offset);
      kept.batches.headMap(kept.start).keySet().removeIf(base -> isBefore(base, kept.start));
      return CompletableFuture.completedFuture(null);
    }

    private boolean isBefore(long base, long start) {
      Long next = kept.batches.higherKey(base);
      return (next == null ? kept.end : next) <= start;
    }

    @Override
    public List<ProducerState> producers() {
      return List.of();
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  private static final class Slice implements LogSlice {
    private final byte[] bytes;

    Slice(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int sizeInBytes() {
      return bytes.length;
    }

    @Override
    public long transferTo(WritableByteChannel target, long position, long count)
        throws IOException {
      return target.write(ByteBuffer.wrap(bytes, (int) position, (int) count));
    }

    @Override
    public ByteBuffer bytes() {
      return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    @Override
    public boolean inMemory() {
      return true;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}

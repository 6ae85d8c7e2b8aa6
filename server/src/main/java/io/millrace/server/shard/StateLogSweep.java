package io.millrace.server.shard;

import io.millrace.kernel.Failures;
import io.millrace.log.Log;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a state log short without ever stopping the shard: every so often each aggregate writes its
 * whole state once more, a few in each turn; when the last of these records is durable, everything
 * before the first of them is cut off.
 *
 * <p>Correct because an aggregate's snapshot lies in the log at the very point whose state it
 * holds: what came before it is forgotten on replay, what comes after applies to it. One thread.
 */
final class StateLogSweep {
  /** Of snapshots in one turn, after which the next turn goes on: half as much as one batch. */
  private static final long BYTES_PER_TURN = StateBuffer.LARGE_BYTES / 2;

  private final ShardConfig config;
  private final Deque<Aggregate> left = new ArrayDeque<>();
  private @Nullable Log log;
  private boolean running;

  /** Everything before this offset goes when the sweep is done. */
  private long cutOffset;

  /** The sweep's last record is durable at this offset; -1 until it was appended. */
  private long doneOffset = -1;

  private long bytesSinceBegin;
  private long bytesOfLastSweep;

  StateLogSweep(ShardConfig config) {
    this.config = config;
  }

  void reset(Log open) {
    abandon();
    log = open;
    bytesSinceBegin = open.sizeInBytes();
    bytesOfLastSweep = 0;
  }

  void appended(int bytes) {
    bytesSinceBegin += bytes;
  }

  boolean isDue() {
    // A large state is swept less often: the log stays within a constant factor of the state.
    return !running && bytesSinceBegin >= Math.max(config.sweepBytes(), 4 * bytesOfLastSweep);
  }

  void begin(Log open, Collection<? extends Aggregate> aggregates) {
    running = true;
    cutOffset = open.endOffset();
    doneOffset = -1;
    bytesSinceBegin = 0;
    left.addAll(aggregates);
  }

  /** What a turn has come to. */
  private static final class Written {
    int records;
    long bytes;
  }

  /** Writes some snapshots. Returns how many records. */
  int step(Consumer<StateRecord> append) {
    if (!running || left.isEmpty()) {
      return 0;
    }
    Written written = new Written();
    while (written.records < config.sweepRecordsPerTurn()
        && written.bytes < BYTES_PER_TURN
        && !left.isEmpty()) {
      Aggregate next = left.remove();
      if (next.live()) {
        next.snapshot(
            record -> {
              append.accept(record);
              written.records++;
              written.bytes += record.weight();
            });
      }
    }
    // At least one, so that the turn in which the last aggregate turned out dead is not idle.
    return Math.max(written.records, 1);
  }

  /** The buffer was appended as a whole, up to this offset. */
  void flushed(long nextOffset) {
    if (running && left.isEmpty() && doneOffset < 0) {
      doneOffset = nextOffset;
    }
  }

  void onDurable(long durableOffset) {
    Log open = log;
    if (!running || doneOffset < 0 || durableOffset < doneOffset || open == null) {
      return;
    }
    running = false;
    bytesOfLastSweep = bytesSinceBegin;
    open.deleteBefore(cutOffset)
        .whenComplete(
            (done, e) -> {
              if (e != null) {
                Failures.report("shortening a state log", e);
              }
            });
  }

  void abandon() {
    running = false;
    left.clear();
    doneOffset = -1;
    log = null;
  }
}

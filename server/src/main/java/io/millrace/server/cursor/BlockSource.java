package io.millrace.server.cursor;

import io.millrace.log.Log;
import io.millrace.log.LogSlice;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.server.partition.AbortedBatches;
import io.millrace.server.shard.Shard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks of one log, one read at a time: at once where the bytes are in memory and not
 * compressed, else elsewhere, never blocking the shard. Batches of aborted transactions give blocks
 * without records. The shard's thread.
 */
final class BlockSource {

  /** Hears of reads that did not finish at once. */
  interface Listener {
    void onBlocks(List<RecordBlock> blocks);

    void onReadFailed(Throwable cause);
  }

  /** What a read gave. */
  private record Parsed(List<RecordBlock> blocks, List<String> damage) {}

  private final Shard<?> shard;
  private final Executor blocking;
  private final CursorConfig config;
  private final BlockParser parser;
  private final Listener listener;
  private @Nullable Log log;

  /** Counts openings, so that late answers of an earlier one are ignored. */
  private int opening;

  private boolean reading;

  /** Whether batches of aborted transactions give blocks without records. */
  private boolean committedOnly = true;

  BlockSource(Shard<?> shard, Executor blocking, CursorConfig config, Listener listener) {
    this.shard = shard;
    this.blocking = blocking;
    this.config = config;
    this.parser = new BlockParser(config.maxBatchBytes());
    this.listener = listener;
  }

  void open(Log opened) {
    log = opened;
    opening++;
    reading = false;
  }

  void close() {
    log = null;
    opening++;
    reading = false;
  }

  /** Whether what was aborted is left out; else all records count. Between reads only. */
  void committedOnly(boolean leavesOut) {
    committedOnly = leavesOut;
  }

  /** Whether a read is under way; no other may begin. */
  boolean isReading() {
    return reading;
  }

  /**
   * Reads from the batch that contains {@code offset}.
   *
   * @param limit at most the log's last stable offset, below which it is known what was aborted;
   *     where that does not matter, at most its durable offset
   * @return the blocks; null when they come later, or failure does, to the listener
   */
  @Nullable List<RecordBlock> read(long offset, int maxBytes, long limit) {
    Log from = log;
    if (from == null || reading) {
      throw new IllegalStateException("no log is open, or a read is under way");
    }
    reading = true;
    CompletableFuture<LogSlice> slice = from.read(offset, maxBytes, limit).toCompletableFuture();
    if (slice.isDone() && !slice.isCompletedExceptionally()) {
      LogSlice here = slice.join();
      if (isGap(here, offset)) {
        reading = false;
        here.close();
        return List.of(RecordBlock.gap(offset, here.nextOffset() - 1));
      }
      if (here.inMemory()) {
        ByteBuffer bytes = copy(here);
        if (!parser.hasCompressed(bytes)) {
          return parseHere(bytes, offset, from);
        }
        finishLater(CompletableFuture.completedFuture(parseLater(bytes, offset, from)));
        return null;
      }
    }
    finishLater(
        slice.thenApply(
            late ->
                () -> {
                  if (isGap(late, offset)) {
                    late.close();
                    return new Parsed(
                        List.of(RecordBlock.gap(offset, late.nextOffset() - 1)), List.of());
                  }
                  return parseLater(copy(late), offset, from).get();
                }));
    return null;
  }

  /** Whether compaction has taken all that could have been read. */
  private static boolean isGap(LogSlice slice, long offset) {
    return slice.sizeInBytes() == 0 && slice.nextOffset() > offset;
  }

  private Supplier<Parsed> parseLater(ByteBuffer batches, long offset, Log from) {
    boolean leavesOut = committedOnly;
    return () -> {
      List<String> damage = new ArrayList<>();
      AbortedBatches aborted =
          leavesOut ? AbortedBatches.among(batches, offset, from) : AbortedBatches.NONE;
      return new Parsed(
          new BlockParser(config.maxBatchBytes()).parse(batches, aborted, damage), damage);
    };
  }

  private void finishLater(CompletionStage<Supplier<Parsed>> work) {
    int thisOpening = opening;
    work.thenApplyAsync(Supplier::get, blocking)
        .whenComplete((parsed, e) -> answerLater(thisOpening, parsed, e));
  }

  /** Any thread. */
  private void answerLater(int askedIn, @Nullable Parsed parsed, @Nullable Throwable failure) {
    shard.event(
        () -> {
          if (askedIn != opening) {
            return;
          }
          reading = false;
          if (parsed == null) {
            listener.onReadFailed(
                failure == null ? new IllegalStateException("no blocks") : failure);
          } else {
            report(parsed.damage);
            listener.onBlocks(parsed.blocks);
          }
        });
  }

  private @Nullable List<RecordBlock> parseHere(ByteBuffer batches, long offset, Log from) {
    AbortedBatches aborted;
    try {
      aborted = committedOnly ? AbortedBatches.among(batches, offset, from) : AbortedBatches.NONE;
    } catch (OffsetOutOfRangeException deleted) {
      answerLater(opening, null, deleted);
      return null;
    }
    reading = false;
    List<String> damage = new ArrayList<>(0);
    List<RecordBlock> blocks = parser.parse(batches, aborted, damage);
    report(damage);
    return blocks;
  }

  private void report(List<String> damage) {
    for (String line : damage) {
      io.millrace.kernel.Failures.report(
          "messages of "
              + (log == null ? "a closed log" : log.id())
              + " cannot be delivered; Kafka consumers may still read them",
          new io.millrace.batch.InvalidBatchException(line));
    }
  }

  /** The bytes outlive the slice: deliveries refer to them until they are sent. */
  private static ByteBuffer copy(LogSlice slice) {
    try (slice) {
      ByteBuffer copy = ByteBuffer.allocate(slice.sizeInBytes());
      copy.put(slice.bytes());
      return copy.flip();
    } catch (IOException e) {
      throw new UncheckedIOException("a log cannot be read", e);
    }
  }
}

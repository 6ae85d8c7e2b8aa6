package io.millrace.server.shard;

import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Where state logs lie in the store, and how they are read at start-up. */
public final class StateLogs {
  /** The group of all state logs; no topic ever gets this id. */
  public static final UUID GROUP = new UUID(0, 1);

  private static final int READ_BYTES = 1 << 20;

  static final LogConfig CONFIG =
      LogConfig.DEFAULT
          .withDurability(Durability.FSYNC)
          .withSegmentBytes(64 << 20)
          .withMaxBatchBytes(256 << 20);

  private StateLogs() {}

  /** The log of a shard's state. */
  public static LogId idOf(int shard) {
    return new LogId(GROUP, shard);
  }

  /** Some batches from {@code offset} on; empty at the end. */
  static CompletionStage<ByteBuffer> readChunk(Log log, long offset, Executor blocking) {
    return log.read(offset, READ_BYTES, log.durableOffset())
        .thenApplyAsync(StateLogs::bytesOf, blocking);
  }

  private static ByteBuffer bytesOf(LogSlice slice) {
    try (slice) {
      ByteBuffer copy = ByteBuffer.allocate(slice.sizeInBytes());
      copy.put(slice.bytes());
      return copy.flip();
    } catch (IOException e) {
      throw new UncheckedIOException("the state log cannot be read", e);
    }
  }
}

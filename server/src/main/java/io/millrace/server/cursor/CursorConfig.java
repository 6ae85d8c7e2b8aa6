package io.millrace.server.cursor;

/**
 * How cursors behave. Immutable; validated when built.
 *
 * @param recoveryGraceMs after a restart, how long a cursor waits for the consumers that it had, so
 *     that they can claim what they still hold, in milliseconds, from when the first consumer is
 *     there; it delivers at once when all are back or none was there
 * @param windowBytes bytes of messages read ahead for one cursor of one partition
 * @param memoryBytes bytes of messages that all cursors of a shard keep in memory together, beside
 *     one read of the one that delivers
 * @param readBytes bytes asked of the log in one read
 * @param lookAhead messages read ahead of those that consumers have taken, for priorities
 * @param fairRun messages that one of several consumers gets before it is the next one's turn
 * @param maxBatchBytes a batch that takes more in memory uncompressed, by {@link
 *     io.millrace.server.partition.UnpackedBatch}, is refused, and not delivered where it is there
 *     all the same
 * @param retryMs pause before something that failed (a read, a dead letter) is tried again, in
 *     milliseconds
 */
public record CursorConfig(
    long recoveryGraceMs,
    int windowBytes,
    long memoryBytes,
    int readBytes,
    int lookAhead,
    int fairRun,
    int maxBatchBytes,
    long retryMs) {

  public static final CursorConfig DEFAULT =
      new CursorConfig(3_000, 1 << 20, 32L << 20, 256 << 10, 4_096, 32, 128 << 20, 1_000);

  /** How large a batch may be on a heap of so many bytes: a sixteenth of it, 128 MiB at most. */
  public static int maxBatchBytes(long heapBytes) {
    return (int) Math.min(DEFAULT.maxBatchBytes, heapBytes / 16);
  }

  public CursorConfig {
    if (recoveryGraceMs < 0) {
      throw new IllegalArgumentException("recoveryGraceMs must not be negative");
    }
    if (windowBytes < 1
        || memoryBytes < 1
        || readBytes < 1
        || lookAhead < 1
        || fairRun < 1
        || maxBatchBytes < 1
        || retryMs < 1) {
      throw new IllegalArgumentException("sizes and pauses of a cursor must be positive");
    }
  }
}

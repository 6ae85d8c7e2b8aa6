package io.millrace.log.local.segment;

import java.nio.ByteBuffer;

/**
 * One batch on its way from a producer to a segment. Its bytes do not change any more.
 *
 * <p>Created by the owner of a log, written to a segment under the log's write lock; {@link
 * #isWritten} is safe from any thread.
 */
public class LogBatch {
  private final ByteBuffer bytes;
  private final int size;
  private final long baseOffset;
  private final long nextOffset;
  private final long maxTimestampMs;
  private final long appendedMs;
  private volatile boolean written;

  /**
   * @param bytes the batch, from its position to its limit, which are never moved
   * @param appendedMs when it was appended, by the server's clock
   */
  public LogBatch(
      ByteBuffer bytes, long baseOffset, long nextOffset, long maxTimestampMs, long appendedMs) {
    this.bytes = bytes;
    this.size = bytes.remaining();
    this.baseOffset = baseOffset;
    this.nextOffset = nextOffset;
    this.maxTimestampMs = maxTimestampMs;
    this.appendedMs = appendedMs;
  }

  /** The batch. Shared: duplicate it before moving its position. */
  public final ByteBuffer bytes() {
    return bytes;
  }

  public final int size() {
    return size;
  }

  public final long baseOffset() {
    return baseOffset;
  }

  public final long nextOffset() {
    return nextOffset;
  }

  public final long maxTimestampMs() {
    return maxTimestampMs;
  }

  public final long appendedMs() {
    return appendedMs;
  }

  /** Whether the batch can be read from a segment file. */
  public final boolean isWritten() {
    return written;
  }

  /** Says that the batch can be read from a segment file. */
  public final void markWritten() {
    written = true;
  }
}

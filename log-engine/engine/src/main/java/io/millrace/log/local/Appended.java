package io.millrace.log.local;

import io.millrace.log.local.segment.LogBatch;
import java.nio.ByteBuffer;

/** A batch that was appended to a log and waits to become durable. */
final class Appended extends LogBatch implements JournalWork {
  private final LogCore log;

  Appended(
      LogCore log,
      ByteBuffer bytes,
      long baseOffset,
      long nextOffset,
      long maxTimestampMs,
      long appendedMs) {
    super(bytes, baseOffset, nextOffset, maxTimestampMs, appendedMs);
    this.log = log;
  }

  @Override
  public LogCore log() {
    return log;
  }
}

package io.millrace.log.local;

import io.millrace.log.Durability;
import io.millrace.log.local.segment.LogBatch;
import java.nio.ByteBuffer;

/** A batch that was appended to a log and waits to become durable. */
final class Appended extends LogBatch implements JournalWork {
  private final LogCore log;
  private final Durability durability;

  Appended(
      LogCore log,
      Durability durability,
      ByteBuffer bytes,
      long baseOffset,
      long nextOffset,
      long maxTimestampMs,
      long appendedMs) {
    super(bytes, baseOffset, nextOffset, maxTimestampMs, appendedMs);
    this.log = log;
    this.durability = durability;
  }

  /** What the log's configuration asked for when the batch was appended. */
  Durability durability() {
    return durability;
  }

  @Override
  public LogCore log() {
    return log;
  }
}

package io.millrace.log.local.segment;

import io.millrace.log.file.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Collects small and large pieces for one gathering write: small ones are copied next to each other
 * into memory that the platform can write from, large ones are passed on where they are. One
 * thread.
 */
public final class GatherBuffer {
  /** Pieces up to this size are copied. */
  private static final int COPY_LIMIT = 16 * 1024;

  private static final int MAX_PARTS = 128;

  private final ByteBuffer stage;
  private final ByteBuffer[] parts = new ByteBuffer[MAX_PARTS];
  private int count;
  private int stageStart;
  private long size;

  /** With {@code stageBytes} of memory for what is copied; more than 32 KiB. */
  public GatherBuffer(int stageBytes) {
    this.stage = ByteBuffer.allocateDirect(Math.max(stageBytes, 4 * COPY_LIMIT));
  }

  /** Bytes collected since the last write. */
  public long size() {
    return size;
  }

  /** Whether {@link #writeTo} must be called before anything is added. */
  public boolean isFull() {
    return count > MAX_PARTS - 3 || stage.remaining() < COPY_LIMIT + 256;
  }

  /** Memory to put up to 256 bytes into; {@link #added} tells how many were put. */
  public ByteBuffer room() {
    return stage;
  }

  /** Says that bytes were put into {@link #room}. */
  public void added(int bytes) {
    size += bytes;
  }

  /** Adds what remains in a buffer, whose position is left alone. */
  public void add(ByteBuffer source) {
    int bytes = source.remaining();
    size += bytes;
    if (bytes <= COPY_LIMIT) {
      stage.put(stage.position(), source, source.position(), bytes);
      stage.position(stage.position() + bytes);
      return;
    }
    seal();
    parts[count++] = source.duplicate();
  }

  private void seal() {
    int end = stage.position();
    if (end > stageStart) {
      parts[count++] = stage.slice(stageStart, end - stageStart);
      stageStart = end;
    }
  }

  /** Writes everything at a position, and is empty again, also when writing fails. */
  public void writeTo(StoreFile file, long position) throws IOException {
    try {
      seal();
      if (count > 0) {
        file.write(parts, count, position);
      }
    } finally {
      clear();
    }
  }

  /** Forgets what was collected. */
  public void clear() {
    java.util.Arrays.fill(parts, 0, count, null);
    count = 0;
    stageStart = 0;
    size = 0;
    stage.clear();
  }
}

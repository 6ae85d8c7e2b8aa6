package io.millrace.log.local.segment;

import io.millrace.log.LogSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Batches in memory. */
public final class MemorySlice implements LogSlice {
  /** Nothing to read. */
  public static final MemorySlice EMPTY = new MemorySlice(new ByteBuffer[0], 0, 0);

  /** No bytes, because there is no record from where was asked for up to an offset. */
  static MemorySlice nothingUpTo(long offset) {
    return new MemorySlice(new ByteBuffer[0], 0, offset);
  }

  private final ByteBuffer[] parts;
  private final int size;
  private final long nextOffset;

  /**
   * @param parts read-only, of no one else
   */
  MemorySlice(ByteBuffer[] parts, int size, long nextOffset) {
    this.parts = parts;
    this.size = size;
    this.nextOffset = nextOffset;
  }

  @Override
  public int sizeInBytes() {
    return size;
  }

  @Override
  public long nextOffset() {
    return nextOffset;
  }

  @Override
  public long transferTo(WritableByteChannel target, long position, long count) throws IOException {
    long skip = position;
    long left = Math.min(count, size - position);
    long moved = 0;
    for (ByteBuffer part : parts) {
      int bytes = part.remaining();
      if (skip >= bytes) {
        skip -= bytes;
        continue;
      }
      if (left == 0) {
        break;
      }
      int from = part.position() + (int) skip;
      int want = (int) Math.min(left, bytes - skip);
      int written = target.write(part.duplicate().limit(from + want).position(from));
      moved += written;
      left -= written;
      skip = 0;
      if (written < want) {
        break;
      }
    }
    return moved;
  }

  @Override
  public ByteBuffer bytes() {
    if (parts.length == 1) {
      return parts[0].slice();
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (ByteBuffer part : parts) {
      all.put(part.duplicate());
    }
    return all.flip().asReadOnlyBuffer();
  }

  @Override
  public boolean inMemory() {
    return true;
  }

  @Override
  public void close() {
    // The memory is the collector's.
  }
}

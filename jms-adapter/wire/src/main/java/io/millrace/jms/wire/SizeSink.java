package io.millrace.jms.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes that {@link BufferSink} will write, and refuses what the format cannot carry.
 */
final class SizeSink implements FieldSink {
  private long size;

  /** Bytes counted so far. */
  long size() {
    return size;
  }

  @Override
  public void u8(int value) {
    size += 1;
  }

  @Override
  public void u16(int value) {
    size += 2;
  }

  @Override
  public void u32(int value) {
    size += 4;
  }

  @Override
  public void u64(long value) {
    size += 8;
  }

  @Override
  public void string(@Nullable String value) {
    size += 2;
    if (value != null) {
      int length = Utf8.length(value);
      if (length > FrameEncoder.MAX_STRING_BYTES) {
        throw new IllegalArgumentException(
            "a string of " + length + " bytes; at most " + FrameEncoder.MAX_STRING_BYTES);
      }
      size += length;
    }
  }

  @Override
  public void bytes(ByteBuffer value) {
    size += 4L + value.remaining();
  }
}

package io.millrace.jms.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes fields into a big-endian buffer that {@link SizeSink} has measured. */
final class BufferSink implements FieldSink {
  private final ByteBuffer target;

  BufferSink(ByteBuffer target) {
    this.target = target;
  }

  @Override
  public void u8(int value) {
    target.put((byte) value);
  }

  @Override
  public void u16(int value) {
    target.putShort((short) value);
  }

  @Override
  public void u32(int value) {
    target.putInt(value);
  }

  @Override
  public void u64(long value) {
    target.putLong(value);
  }

  @Override
  public void string(@Nullable String value) {
    if (value == null) {
      target.putShort((short) FrameEncoder.NULL_STRING);
      return;
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    target.putShort((short) utf8.length).put(utf8);
  }

  @Override
  public void bytes(ByteBuffer value) {
    target.putInt(value.remaining()).put(value.duplicate());
  }
}

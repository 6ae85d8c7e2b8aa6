package io.millrace.server.shard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the values of state records into a growing buffer. One thread. */
public final class StateWriter {
  private byte[] bytes = new byte[256];
  private int size;

  /** Forgets what was written, keeping the buffer. */
  public void reset() {
    size = 0;
  }

  public int size() {
    return size;
  }

  /** What was written, as a view that is valid until the next write or {@link #reset}. */
  public ByteBuffer view() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  public StateWriter putByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
    return this;
  }

  public StateWriter putBoolean(boolean value) {
    return putByte(value ? 1 : 0);
  }

  /** A signed number in 1 to 10 bytes (zigzag, base 128): small magnitudes are short. */
  public StateWriter putLong(long value) {
    ensure(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  public StateWriter putInt(int value) {
    return putLong(value);
  }

  public StateWriter putUuid(UUID value) {
    ensure(16);
    ByteBuffer.wrap(bytes, size, 16)
        .putLong(value.getMostSignificantBits())
        .putLong(value.getLeastSignificantBits());
    size += 16;
    return this;
  }

  /** A string or null. */
  public StateWriter putString(@Nullable String value) {
    if (value == null) {
      return putInt(-1);
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    putInt(utf8.length);
    return raw(utf8);
  }

  /** Bytes or null. */
  public StateWriter putBytes(byte @Nullable [] value) {
    if (value == null) {
      return putInt(-1);
    }
    putInt(value.length);
    return raw(value);
  }

  /** The remaining bytes of a buffer, which is not moved. */
  public StateWriter putBuffer(ByteBuffer value) {
    int length = value.remaining();
    putInt(length);
    ensure(length);
    value.get(value.position(), bytes, size, length);
    size += length;
    return this;
  }

  private StateWriter raw(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}

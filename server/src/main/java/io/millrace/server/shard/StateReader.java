package io.millrace.server.shard;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of state records, in the order in which {@link StateWriter} wrote them. Every
 * length is checked against what is there before anything is allocated; damaged bytes give a {@link
 * StateFormatException}. One thread.
 */
public final class StateReader {
  private final ByteBuffer in;

  public StateReader(ByteBuffer in) {
    this.in = in;
  }

  public boolean hasRemaining() {
    return in.hasRemaining();
  }

  public int getByte() {
    try {
      return in.get();
    } catch (BufferUnderflowException e) {
      throw truncated(e);
    }
  }

  public boolean getBoolean() {
    return getByte() != 0;
  }

  public long getLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = getByte();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new StateFormatException("a number is longer than ten bytes", null);
  }

  public int getInt() {
    long value = getLong();
    if (value != (int) value) {
      throw new StateFormatException("a number does not fit 32 bits: " + value, null);
    }
    return (int) value;
  }

  /** A count of elements, each of which takes at least one byte. */
  public int getCount() {
    int count = getInt();
    if (count < 0 || count > in.remaining()) {
      throw new StateFormatException("a count is beyond the record's end: " + count, null);
    }
    return count;
  }

  public UUID getUuid() {
    try {
      return new UUID(in.getLong(), in.getLong());
    } catch (BufferUnderflowException e) {
      throw truncated(e);
    }
  }

  public @Nullable String getNullableString() {
    byte[] utf8 = getNullableBytes();
    return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
  }

  public String getString() {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }

  public byte[] getBytes() {
    byte[] value = getNullableBytes();
    if (value == null) {
      throw new StateFormatException("a value is missing", null);
    }
    return value;
  }

  public byte @Nullable [] getNullableBytes() {
    int length = getInt();
    if (length == -1) {
      return null;
    }
    if (length < 0 || length > in.remaining()) {
      throw new StateFormatException("a length is beyond the record's end: " + length, null);
    }
    byte[] value = new byte[length];
    in.get(value);
    return value;
  }

  private static StateFormatException truncated(BufferUnderflowException cause) {
    return new StateFormatException("the record ends too early", cause);
  }
}

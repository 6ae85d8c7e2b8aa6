package io.millrace.jms.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads fields in wire order out of one frame's body. Nothing is allocated for a length or count
 * that the remaining bytes cannot hold. Byte fields are slices of the frame's memory, valid as long
 * as that is.
 */
public final class FieldSource {
  private final ByteBuffer source;

  /** Reads from position to limit of {@code source}, which must be big-endian. */
  public FieldSource(ByteBuffer source) {
    this.source = source;
  }

  /** One element of a list. */
  @FunctionalInterface
  public interface Element<T> {
    T readFrom(FieldSource in) throws WireException;
  }

  public int u8() throws WireException {
    need(1);
    return source.get() & 0xFF;
  }

  public int u16() throws WireException {
    need(2);
    return source.getShort() & 0xFFFF;
  }

  public int u32() throws WireException {
    need(4);
    return source.getInt();
  }

  public long u64() throws WireException {
    need(8);
    return source.getLong();
  }

  /** A byte that must be 0 or 1. */
  public boolean bool() throws WireException {
    int value = u8();
    if (value > 1) {
      throw new WireException("a boolean of value " + value);
    }
    return value == 1;
  }

  public UUID uuid() throws WireException {
    long most = u64();
    return new UUID(most, u64());
  }

  /** A string that must be there. */
  public String string() throws WireException {
    String value = optionalString();
    if (value == null) {
      throw new WireException("null where a string is required");
    }
    return value;
  }

  public @Nullable String optionalString() throws WireException {
    int length = u16();
    if (length == FrameEncoder.NULL_STRING) {
      return null;
    }
    ByteBuffer slice = slice(length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    } catch (CharacterCodingException malformed) {
      throw new WireException("a string that is not UTF-8");
    }
  }

  /** A slice of the frame, not a copy. */
  public ByteBuffer bytes() throws WireException {
    return slice(u32());
  }

  /**
   * A counted list.
   *
   * @param minElementBytes the smallest size of one element, at least 1, which bounds the count
   *     before anything is allocated
   */
  public <T> List<T> list(int minElementBytes, Element<T> element) throws WireException {
    int count = u32();
    if (count < 0 || count > source.remaining() / minElementBytes) {
      throw new WireException(
          "a list of "
              + Integer.toUnsignedString(count)
              + " elements in "
              + source.remaining()
              + " bytes");
    }
    List<T> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(element.readFrom(this));
    }
    return values;
  }

  /** Refuses bytes that no field has consumed. */
  void end() throws WireException {
    if (source.hasRemaining()) {
      throw new WireException(source.remaining() + " bytes left over behind the last field");
    }
  }

  private ByteBuffer slice(int length) throws WireException {
    need(length);
    ByteBuffer slice = source.slice(source.position(), length);
    source.position(source.position() + length);
    return slice;
  }

  private void need(int bytes) throws WireException {
    if (bytes < 0 || bytes > source.remaining()) {
      throw new WireException(
          "a field of "
              + Integer.toUnsignedString(bytes)
              + " bytes where "
              + source.remaining()
              + " remain");
    }
  }
}

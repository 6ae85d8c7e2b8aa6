package io.millrace.batch;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record to be built, encoded as they are added. Reusable after {@link #clear};
 * not safe for use by several threads.
 */
public final class HeaderBuffer {
  private byte[] bytes = new byte[64];
  private ByteBuffer buffer = ByteBuffer.wrap(bytes);
  private int count;

  /** Adds a header; a null value is kept apart from an empty one. */
  public HeaderBuffer add(byte[] keyUtf8, byte @Nullable [] value) {
    if (value != null) {
      return add(keyUtf8, value, 0, value.length);
    }
    begin(keyUtf8, 0);
    Varints.writeVarint(buffer, -1);
    return this;
  }

  /** Adds a header whose value is {@code size} bytes of an array. */
  public HeaderBuffer add(byte[] keyUtf8, byte[] value, int from, int size) {
    Objects.checkFromIndexSize(from, size, value.length);
    begin(keyUtf8, size);
    Varints.writeVarint(buffer, size);
    buffer.put(value, from, size);
    return this;
  }

  /** Adds a header; the value is what remains in a buffer, whose position is left as it is. */
  public HeaderBuffer add(byte[] keyUtf8, ByteBuffer value) {
    int size = value.remaining();
    begin(keyUtf8, size);
    Varints.writeVarint(buffer, size);
    buffer.put(buffer.position(), value, value.position(), size);
    buffer.position(buffer.position() + size);
    return this;
  }

  private void begin(byte[] keyUtf8, int valueSize) {
    int needed =
        Math.addExact(buffer.position() + keyUtf8.length + 2 * Varints.MAX_VARINT_BYTES, valueSize);
    if (needed > bytes.length) {
      int used = buffer.position();
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
      buffer = ByteBuffer.wrap(bytes).position(used);
    }
    Varints.writeVarint(buffer, keyUtf8.length);
    buffer.put(keyUtf8);
    count++;
  }

  public int count() {
    return count;
  }

  /** Bytes of the encoded headers, without their count. */
  public int sizeInBytes() {
    return buffer.position();
  }

  public void clear() {
    buffer.clear();
    count = 0;
  }

  void writeTo(ByteBuffer target) {
    target.put(bytes, 0, buffer.position());
  }
}

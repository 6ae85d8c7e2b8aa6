package io.millrace.jms.wire;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of a frame in the order in which they stand on the wire. One frame describes
 * itself once, to a sink that measures and to one that writes, so size and bytes cannot disagree.
 */
public interface FieldSink {
  /** One unsigned byte. */
  void u8(int value);

  /** Two bytes, unsigned; the value must be within 0..65535. */
  void u16(int value);

  /** Four bytes. */
  void u32(int value);

  /** Eight bytes. */
  void u64(long value);

  /** {@code u16} length and UTF-8 bytes; length 0xFFFF stands for null. */
  void string(@Nullable String value);

  /** {@code u32} length and the bytes between position and limit, which stay as they are. */
  void bytes(ByteBuffer value);

  /** One byte, 0 or 1. */
  default void bool(boolean value) {
    u8(value ? 1 : 0);
  }

  /** Sixteen bytes, most significant first. */
  default void uuid(UUID value) {
    u64(value.getMostSignificantBits());
    u64(value.getLeastSignificantBits());
  }

  /** {@code u32} count, then the elements. */
  default <T> void list(List<T> values, BiConsumer<T, FieldSink> element) {
    u32(values.size());
    for (T value : values) {
      element.accept(value, this);
    }
  }
}

package io.millrace.jms.wire.message;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a StreamMessage: version byte, then tagged values to the end. */
public final class StreamBody {
  private StreamBody() {}

  /**
   * Encodes values: Boolean, Byte, Short, Character, Integer, Long, Float, Double, String, byte[]
   * or null.
   *
   * @throws IllegalArgumentException for a value of another type
   */
  public static ByteBuffer encode(List<? extends @Nullable Object> values) {
    return TypedValues.encode(
        out -> {
          for (Object value : values) {
            TypedValues.write(out, value);
          }
        });
  }

  /**
   * Decodes a body; its position does not move.
   *
   * @throws BodyFormatException if it is no such body
   */
  public static List<@Nullable Object> decode(ByteBuffer body) throws BodyFormatException {
    ByteBuffer in = TypedValues.begin(body);
    List<@Nullable Object> values = new ArrayList<>();
    while (in.hasRemaining()) {
      values.add(TypedValues.read(in));
    }
    return values;
  }
}

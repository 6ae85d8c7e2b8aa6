package io.millrace.jms.wire.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a MapMessage: version byte, then for each entry to the end the name (u32 length,
 * UTF-8) and a tagged value.
 */
public final class MapBody {
  private MapBody() {}

  /**
   * Encodes entries with values as in {@link StreamBody}.
   *
   * @throws IllegalArgumentException for a value of another type
   */
  public static ByteBuffer encode(Map<String, ? extends @Nullable Object> entries) {
    return TypedValues.encode(
        out -> {
          for (Map.Entry<String, ? extends @Nullable Object> entry : entries.entrySet()) {
            TypedValues.writeBytes(out, entry.getKey().getBytes(UTF_8));
            TypedValues.write(out, entry.getValue());
          }
        });
  }

  /**
   * Decodes a body, in the order in which it was written; its position does not move.
   *
   * @throws BodyFormatException if it is no such body
   */
  public static Map<String, @Nullable Object> decode(ByteBuffer body) throws BodyFormatException {
    ByteBuffer in = TypedValues.begin(body);
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    while (in.hasRemaining()) {
      String name = new String(TypedValues.readBytes(in), UTF_8);
      entries.put(name, TypedValues.read(in));
    }
    return entries;
  }
}

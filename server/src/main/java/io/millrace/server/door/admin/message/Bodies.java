package io.millrace.server.door.admin.message;

import io.millrace.server.door.admin.model.Body;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Turns stored bytes into something for people to look at, of a bounded size. */
final class Bodies {
  private static final int LONGEST_UTF8_CHARACTER = 4;

  private Bodies() {}

  /**
   * @param limit how many bytes are shown at most
   */
  static Body of(ByteBuffer bytes, int limit) {
    int size = bytes.remaining();
    boolean truncated = size > limit;
    ByteBuffer shown = bytes.duplicate().limit(bytes.position() + Math.min(size, limit));
    @Nullable String text = text(shown, truncated);
    if (text == null) {
      byte[] raw = new byte[shown.remaining()];
      shown.get(raw);
      return new Body("binary", "base64", Base64.getEncoder().encodeToString(raw), size, truncated);
    }
    return new Body(looksLikeJson(text) ? "json" : "text", "utf8", text, size, truncated);
  }

  /**
   * The text, or null where the bytes are no UTF-8 text.
   *
   * @param cut whether the last character may be incomplete
   */
  static @Nullable String text(ByteBuffer bytes, boolean cut) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = bytes.duplicate();
    CharBuffer out = CharBuffer.allocate(in.remaining());
    try {
      var result = decoder.decode(in, out, !cut);
      if (result.isError() || in.remaining() >= LONGEST_UTF8_CHARACTER) {
        result.throwException();
      }
    } catch (CharacterCodingException e) {
      return null;
    }
    String text = out.flip().toString();
    return text.chars().allMatch(Bodies::printable) ? text : null;
  }

  private static boolean printable(int c) {
    return (c >= ' ' && c != 0x7f) || c == '\n' || c == '\r' || c == '\t';
  }

  private static boolean looksLikeJson(String text) {
    String stripped = text.strip();
    return stripped.startsWith("{") || stripped.startsWith("[");
  }
}

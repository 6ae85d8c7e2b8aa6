package io.millrace.server.boot;

import org.jspecify.annotations.Nullable;

/**
 * Text as it may stand in the log. Much of what the log says was sent by clients: names, ids,
 * reasons. What would end a line there, or move the cursor, colour or turn round what a terminal
 * shows, is written as an escape, so that no client can write lines of its own; what is longer than
 * any line of use is cut.
 */
final class PlainText {
  static final int MAX_CHARS = 16_384;

  private PlainText() {}

  /** The same text when there is nothing wrong with it. */
  static String of(String text) {
    int end = Math.min(text.length(), MAX_CHARS);
    int plain = 0;
    while (plain < end && isPlain(text.charAt(plain))) {
      plain++;
    }
    if (plain == text.length()) {
      return text;
    }
    StringBuilder safe = new StringBuilder(end + 64).append(text, 0, plain);
    for (int i = plain; i < end; i++) {
      append(safe, text.charAt(i));
    }
    if (end < text.length()) {
      safe.append("... and ").append(text.length() - end).append(" more characters");
    }
    return safe.toString();
  }

  /** The same for what may be missing. */
  static @Nullable String ofNullable(@Nullable String text) {
    return text == null ? null : of(text);
  }

  private static boolean isPlain(char c) {
    if (c < 0x7f) {
      return c >= ' ';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static void append(StringBuilder safe, char c) {
    switch (c) {
      case '\n' -> safe.append("\\n");
      case '\r' -> safe.append("\\r");
      case '\t' -> safe.append("\\t");
      default -> {
        if (isPlain(c)) {
          safe.append(c);
        } else {
          safe.append(String.format("\\u%04x", (int) c));
        }
      }
    }
  }
}

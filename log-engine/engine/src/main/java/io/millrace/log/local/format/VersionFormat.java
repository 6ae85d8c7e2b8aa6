package io.millrace.log.local.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file that says which version of the formats a data directory has: one line of text, so that a
 * person can read it. See {@code docs/format/directory.md}.
 */
public final class VersionFormat {
  public static final String FILE = "millrace-store";
  public static final int VERSION = 1;

  private static final Pattern LINE = Pattern.compile("millrace-store (\\d{1,6})\n");

  private VersionFormat() {}

  public static ByteBuffer current() {
    String line = "millrace-store " + VERSION + "\n";
    return ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
  }

  /** The version in a file's text; -1 when it is no such text. */
  public static int parse(ByteBuffer text) {
    Matcher matcher = LINE.matcher(StandardCharsets.US_ASCII.decode(text.duplicate()));
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }
}

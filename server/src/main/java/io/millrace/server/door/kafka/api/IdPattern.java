package io.millrace.server.door.kafka.api;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that a client sent, for matching ids. Patterns exist that take Java ages, or
 * all of its stack: all that one of them does is bounded. One thread.
 */
final class IdPattern {
  private static final int MAX_PATTERN_CHARS = 1000;

  /** Looks at a single character, for all ids together: a fraction of a second. */
  private static final int MAX_LOOKS = 20_000_000;

  private final @Nullable Pattern pattern;
  private int looks;

  /**
   * @param expression null or empty for one that matches everything
   * @throws org.apache.kafka.common.errors.ApiException it is none, or too long
   */
  IdPattern(@Nullable String expression) {
    if (expression == null || expression.isEmpty()) {
      pattern = null;
      return;
    }
    if (expression.length() > MAX_PATTERN_CHARS) {
      throw Errors.INVALID_REGULAR_EXPRESSION.exception(
          "a pattern has at most " + MAX_PATTERN_CHARS + " characters");
    }
    try {
      pattern = Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw Errors.INVALID_REGULAR_EXPRESSION.exception(e.getMessage());
    }
  }

  /**
   * Whether the whole of an id matches.
   *
   * @throws org.apache.kafka.common.errors.ApiException matching takes too long
   */
  boolean matches(String id) {
    Pattern asked = pattern;
    if (asked == null) {
      return true;
    }
    try {
      return asked.matcher(new Counted(id)).matches();
    } catch (StackOverflowError e) {
      throw tooCostly();
    }
  }

  private static RuntimeException tooCostly() {
    return Errors.INVALID_REGULAR_EXPRESSION.exception("the pattern takes too long to match");
  }

  /** Text that counts how often it is looked at. */
  private final class Counted implements CharSequence {
    private final String text;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      looks++;
      if (looks > MAX_LOOKS) {
        throw tooCostly();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

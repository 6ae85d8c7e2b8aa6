package io.millrace.server.group;

/**
 * How large a regular expression becomes when its repetitions are written out, which is how RE2
 * works: {@code ((a{100}){100}){100}} is a million. An estimate that is seldom too low and never by
 * much. Pure.
 */
final class PatternSize {
  private final String pattern;
  private int at;

  private PatternSize(String pattern) {
    this.pattern = pattern;
  }

  /** The size, about one for each character that stands for itself; at most {@code limit} + 1. */
  static int of(String pattern, int limit) {
    return (int) Math.min(limit + 1L, new PatternSize(pattern).sequence(limit));
  }

  /** Up to the end of the group that this stands in, which is not a matter of recursion alone. */
  private long sequence(int limit) {
    long sum = 0;
    long last = 0;
    while (at < pattern.length() && sum + last <= limit) {
      char next = pattern.charAt(at);
      if (next == ')') {
        return sum + last;
      }
      long repetitions = next == '{' ? repetitions() : 0;
      if (repetitions > 0) {
        last *= repetitions;
      } else {
        sum += last;
        last = atom(limit);
      }
    }
    return sum + last;
  }

  private long atom(int limit) {
    char next = pattern.charAt(at++);
    switch (next) {
      case '(' -> {
        long size = sequence(limit);
        if (at < pattern.length() && pattern.charAt(at) == ')') {
          at++;
        }
        return size + 2;
      }
      case '[' -> {
        skipClass();
        return 1;
      }
      case '\\' -> {
        return escape();
      }
      default -> {
        return 1;
      }
    }
  }

  private long escape() {
    if (at >= pattern.length()) {
      return 1;
    }
    char escaped = pattern.charAt(at++);
    int end = at;
    if (escaped == 'Q') {
      end = pattern.indexOf("\\E", at);
      int size = (end < 0 ? pattern.length() : end) - at;
      at = end < 0 ? pattern.length() : end + 2;
      return size;
    }
    boolean named = escaped == 'x' || escaped == 'p' || escaped == 'P';
    if (named && at < pattern.length() && pattern.charAt(at) == '{') {
      end = pattern.indexOf('}', at);
      at = end < 0 ? pattern.length() : end + 1;
    }
    return 1;
  }

  private void skipClass() {
    if (at < pattern.length() && pattern.charAt(at) == '^') {
      at++;
    }
    boolean first = true;
    while (at < pattern.length() && (first || pattern.charAt(at) != ']')) {
      first = false;
      if (pattern.startsWith("[:", at) && pattern.indexOf(":]", at) > 0) {
        at = pattern.indexOf(":]", at) + 2;
      } else {
        at += pattern.charAt(at) == '\\' ? 2 : 1;
      }
    }
    at = Math.min(pattern.length(), at + 1);
  }

  /** Of what stands before, if this is a repetition, which is skipped then; else 0. */
  private long repetitions() {
    int end = pattern.indexOf('}', at);
    if (end < 0) {
      return 0;
    }
    String[] bounds = pattern.substring(at + 1, end).split(",", -1);
    long most = 0;
    for (int i = 0; i < bounds.length; i++) {
      if (i > 1 || !bounds[i].matches(i == 0 ? "[0-9]{1,9}" : "[0-9]{0,9}")) {
        return 0;
      }
      most = Math.max(most, bounds[i].isEmpty() ? 0 : Long.parseLong(bounds[i]));
    }
    at = end + 1;
    return Math.max(1, most);
  }
}

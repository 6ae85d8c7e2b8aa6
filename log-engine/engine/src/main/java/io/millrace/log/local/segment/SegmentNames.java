package io.millrace.log.local.segment;

import org.jspecify.annotations.Nullable;

/**
 * The names of segments' files: twenty digits of the first offset, for a compacted one a point and
 * the digits of its generation, and {@code .log}; beside each an index with the ending {@code
 * .index}.
 *
 * @param baseOffset where the file's range of offsets begins
 * @param generation 0 for a file as it was appended
 * @param index whether it is an index
 */
record SegmentNames(long baseOffset, int generation, boolean index) {
  static final String SUFFIX = ".log";
  static final String INDEX_SUFFIX = ".index";
  private static final int OFFSET_DIGITS = 20;
  private static final int MAX_GENERATION_DIGITS = 9;

  /** The name of a segment's file. */
  static String file(long baseOffset, int generation) {
    String digits = Long.toString(baseOffset);
    String offset = "0".repeat(OFFSET_DIGITS - digits.length()) + digits;
    return generation == 0 ? offset + SUFFIX : offset + "." + generation + SUFFIX;
  }

  /** What a file's name says; null when it is that of something else. */
  static @Nullable SegmentNames parse(String name) {
    boolean index = name.endsWith(INDEX_SUFFIX);
    if (!index && !name.endsWith(SUFFIX)) {
      return null;
    }
    int end = name.length() - (index ? INDEX_SUFFIX.length() : SUFFIX.length());
    if (end < OFFSET_DIGITS || !areDigits(name, 0, OFFSET_DIGITS) || name.charAt(0) != '0') {
      return null;
    }
    long offset = Long.parseLong(name, 0, OFFSET_DIGITS, 10);
    if (end == OFFSET_DIGITS) {
      return new SegmentNames(offset, 0, index);
    }
    int from = OFFSET_DIGITS + 1;
    if (name.charAt(OFFSET_DIGITS) != '.'
        || end == from
        || end - from > MAX_GENERATION_DIGITS
        || name.charAt(from) == '0'
        || !areDigits(name, from, end)) {
      return null;
    }
    return new SegmentNames(offset, Integer.parseInt(name, from, end, 10), index);
  }

  private static boolean areDigits(String name, int from, int to) {
    for (int i = from; i < to; i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}

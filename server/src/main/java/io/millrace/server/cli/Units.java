package io.millrace.server.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Units {
  private static final String[] SIZES = {"B", "KB", "MB", "GB", "TB"};

  private Units() {}

  /** Bytes, in powers of 1024. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < SIZES.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, SIZES[unit]);
  }
}

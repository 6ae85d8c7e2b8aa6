package io.millrace.log.file;

import java.util.Random;

/** Chance that a seed decides, and that differs also where seeds are neighbours. */
final class Seeds {
  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

  private Seeds() {}

  static Random random(long seed) {
    long mixed = (seed + 1) * GOLDEN;
    return new Random(mixed ^ (mixed >>> 31));
  }
}

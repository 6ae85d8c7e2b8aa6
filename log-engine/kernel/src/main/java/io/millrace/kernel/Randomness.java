package io.millrace.kernel;

import java.security.SecureRandom;
import java.util.Random;
import java.util.UUID;

/** Where random bits come from. Implementations say from which threads they may be used. */
@FunctionalInterface
public interface Randomness {

  /** 64 random bits. */
  long nextLong();

  /** A random (version 4) id. Its first half is never 0, so fixed internal ids stay apart. */
  default UUID nextUuid() {
    long high = (nextLong() & ~0xf000L) | 0x4000L;
    long low = (nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** Unpredictable bits of the operating system. Any thread. */
  static Randomness secure() {
    return new SecureRandom()::nextLong;
  }

  /** The bits that a seed decides, for reproducible runs. One thread. */
  static Randomness seeded(long seed) {
    return new Random(seed)::nextLong;
  }
}

package io.millrace.server.group;

import java.util.UUID;

/**
 * A number that tells sets of topics apart, the same in every process. Not against malice: who
 * could make two sets look alike can make the topics that they want as well.
 */
final class Fingerprint {
  private static final long FACTOR = 0x9e37_79b9_7f4a_7c15L;

  private long value = 1;

  Fingerprint add(long number) {
    value = (value ^ number) * FACTOR;
    value ^= value >>> 29;
    return this;
  }

  Fingerprint add(UUID id) {
    return add(id.getMostSignificantBits()).add(id.getLeastSignificantBits());
  }

  Fingerprint add(String text) {
    add(text.length());
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i));
    }
    return this;
  }

  long value() {
    return value;
  }
}

package io.millrace.server.door.admin.auth;

import io.millrace.kernel.Randomness;
import java.nio.ByteBuffer;
import java.util.Base64;

/** Makes secrets of 256 bits. Stateless. */
final class Secrets {
  private static final int LONGS = 4;

  private Secrets() {}

  /** A new secret, as text that may stand in a URL and in a cookie. */
  static String next(Randomness random) {
    ByteBuffer bytes = ByteBuffer.allocate(LONGS * Long.BYTES);
    for (int i = 0; i < LONGS; i++) {
      bytes.putLong(random.nextLong());
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}

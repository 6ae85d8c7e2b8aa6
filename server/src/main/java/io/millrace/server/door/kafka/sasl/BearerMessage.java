package io.millrace.server.door.kafka.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.server.security.user.LoginException;

/**
 * The first message of OAUTHBEARER (RFC 7628, 3.1): a header of GS2, and pairs of keys and values
 * that a byte 1 ends, of which one is the token. Pure.
 *
 * @param authorization whom the client wants to be; empty when it does not say so
 * @param token as it came
 */
record BearerMessage(String authorization, String token) {
  private static final String END = "\u0001";
  private static final String SCHEME = "bearer ";

  /** A token of 16 KiB has room for hundreds of groups; the rest is extensions. */
  static final int MAX_BYTES = 32 << 10;

  /**
   * Reads a message.
   *
   * @throws LoginException when it is none
   */
  static BearerMessage parse(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw malformed("has more than " + MAX_BYTES + " bytes");
    }
    String message = new String(bytes, UTF_8);
    int header = message.indexOf(END);
    if (header < 0 || !message.endsWith(END + END)) {
      throw malformed("does not end as it should");
    }
    String[] gs2 = message.substring(0, header).split(",", -1);
    if (gs2.length != 3 || !(gs2[0].equals("n") || gs2[0].equals("y")) || !gs2[2].isEmpty()) {
      throw malformed("does not begin as it should");
    }
    String pairs = message.substring(header + 1, message.length() - 1);
    return new BearerMessage(authorization(gs2[1]), token(pairs));
  }

  private static String authorization(String part) {
    if (part.isEmpty()) {
      return "";
    }
    if (!part.startsWith("a=") || part.length() == 2) {
      throw malformed("names nobody to be");
    }
    return part.substring(2).replace("=2C", ",").replace("=3D", "=");
  }

  private static String token(String pairs) {
    String token = "";
    int at = 0;
    while (at < pairs.length()) {
      int end = pairs.indexOf(END, at);
      int equals = pairs.indexOf('=', at);
      if (end < 0 || equals <= at || equals > end) {
        throw malformed("has something else than pairs");
      }
      if (pairs.substring(at, equals).equals("auth")) {
        if (!token.isEmpty()) {
          throw malformed("has two tokens");
        }
        token = bearer(pairs.substring(equals + 1, end));
      }
      at = end + 1;
    }
    if (token.isEmpty()) {
      throw malformed("has no token");
    }
    return token;
  }

  private static String bearer(String value) {
    if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw malformed("has no token of the kind Bearer");
    }
    return value.substring(SCHEME.length()).strip();
  }

  private static LoginException malformed(String how) {
    return LoginException.malformed("the message of OAUTHBEARER " + how);
  }
}

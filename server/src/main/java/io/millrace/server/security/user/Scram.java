package io.millrace.server.security.user;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The arithmetic of SCRAM (RFC 5802, section 3). Pure; any thread. */
final class Scram {
  private static final byte[] CLIENT_KEY = "Client Key".getBytes(UTF_8);
  private static final byte[] SERVER_KEY = "Server Key".getBytes(UTF_8);

  /** The number of the only block that PBKDF2 makes here. */
  private static final byte[] FIRST_BLOCK = {0, 0, 0, 1};

  private Scram() {}

  /** PBKDF2 (RFC 8018) with one block: what the RFC calls {@code Hi}. */
  static byte[] saltedPassword(
      ScramMechanism mechanism, String password, byte[] salt, int iterations) {
    Mac mac = mac(mechanism, password.getBytes(UTF_8));
    mac.update(salt);
    byte[] last = mac.doFinal(FIRST_BLOCK);
    byte[] result = last.clone();
    for (int i = 1; i < iterations; i++) {
      last = mac.doFinal(last);
      for (int at = 0; at < result.length; at++) {
        result[at] ^= last[at];
      }
    }
    return result;
  }

  static byte[] clientKey(ScramMechanism mechanism, byte[] saltedPassword) {
    return hmac(mechanism, saltedPassword, CLIENT_KEY);
  }

  static byte[] serverKey(ScramMechanism mechanism, byte[] saltedPassword) {
    return hmac(mechanism, saltedPassword, SERVER_KEY);
  }

  static byte[] hash(ScramMechanism mechanism, byte[] bytes) {
    try {
      return MessageDigest.getInstance(mechanism.hash()).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java machine has " + mechanism.hash(), e);
    }
  }

  static byte[] hmac(ScramMechanism mechanism, byte[] key, byte[] text) {
    return mac(mechanism, key).doFinal(text);
  }

  /** Byte by byte; both have the same length. */
  static byte[] xor(byte[] left, byte[] right) {
    byte[] result = left.clone();
    for (int at = 0; at < result.length; at++) {
      result[at] ^= right[at];
    }
    return result;
  }

  private static Mac mac(ScramMechanism mechanism, byte[] key) {
    try {
      Mac mac = Mac.getInstance(mechanism.mac());
      // HMAC fills a short key up with zeros; the platform's class refuses an empty one.
      byte[] filled = key.length == 0 ? new byte[1] : key;
      mac.init(new SecretKeySpec(Arrays.copyOf(filled, filled.length), mechanism.mac()));
      return mac;
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException("a key that HMAC does not take", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java machine has " + mechanism.mac(), e);
    }
  }
}

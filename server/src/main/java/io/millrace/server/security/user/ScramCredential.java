package io.millrace.server.security.user;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What is kept of a password for one mechanism: enough to check who knows it, not enough to log in
 * with (RFC 5802, section 3). Immutable; the arrays are not copied and must not be changed.
 */
public final class ScramCredential {
  /** As Kafka has it (KIP-554): fewer are too easily guessed, more cost too much. */
  public static final int MIN_ITERATIONS = 4096;

  public static final int MAX_ITERATIONS = 16_384;

  private final ScramMechanism mechanism;
  private final byte[] salt;
  private final int iterations;
  private final byte[] storedKey;
  private final byte[] serverKey;

  /**
   * @throws IllegalArgumentException when a part has a length that the mechanism does not have
   */
  public ScramCredential(
      ScramMechanism mechanism, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    if (salt.length == 0
        || iterations < 1
        || storedKey.length != mechanism.keyBytes()
        || serverKey.length != mechanism.keyBytes()) {
      throw new IllegalArgumentException("no credential of " + mechanism.mechanism());
    }
    this.mechanism = mechanism;
    this.salt = salt;
    this.iterations = iterations;
    this.storedKey = storedKey;
    this.serverKey = serverKey;
  }

  /** From a password, which is not kept. Costs as much time as {@code iterations} say. */
  public static ScramCredential ofPassword(
      ScramMechanism mechanism, String password, byte[] salt, int iterations) {
    return ofSaltedPassword(
        mechanism, Scram.saltedPassword(mechanism, password, salt, iterations), salt, iterations);
  }

  /** From what a client has made of the password, as Kafka's administrators send it. */
  public static ScramCredential ofSaltedPassword(
      ScramMechanism mechanism, byte[] saltedPassword, byte[] salt, int iterations) {
    byte[] clientKey = Scram.clientKey(mechanism, saltedPassword);
    return new ScramCredential(
        mechanism,
        salt,
        iterations,
        Scram.hash(mechanism, clientKey),
        Scram.serverKey(mechanism, saltedPassword));
  }

  /** Whether this is the password. Takes the same time for every password of a length. */
  public boolean isPassword(String password) {
    byte[] salted = Scram.saltedPassword(mechanism, password, salt, iterations);
    byte[] key = Scram.hash(mechanism, Scram.clientKey(mechanism, salted));
    return MessageDigest.isEqual(key, storedKey);
  }

  public ScramMechanism mechanism() {
    return mechanism;
  }

  public byte[] salt() {
    return salt;
  }

  public int iterations() {
    return iterations;
  }

  byte[] storedKey() {
    return storedKey;
  }

  byte[] serverKey() {
    return serverKey;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScramCredential that
        && mechanism == that.mechanism
        && iterations == that.iterations
        && Arrays.equals(salt, that.salt)
        && MessageDigest.isEqual(storedKey, that.storedKey)
        && MessageDigest.isEqual(serverKey, that.serverKey);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(salt) * 31 + iterations;
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return mechanism.mechanism() + " with " + iterations + " iterations";
  }
}

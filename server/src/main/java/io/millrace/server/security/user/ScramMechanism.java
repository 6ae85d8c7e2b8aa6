package io.millrace.server.security.user;

import java.util.Optional;

/** The two mechanisms of SCRAM that there are credentials for (RFC 5802, RFC 7677). */
public enum ScramMechanism {
  SHA_256(1, "SCRAM-SHA-256", "SHA-256", "HmacSHA256", 32),
  SHA_512(2, "SCRAM-SHA-512", "SHA-512", "HmacSHA512", 64);

  private final int code;
  private final String mechanism;
  private final String hash;
  private final String mac;
  private final int keyBytes;

  ScramMechanism(int code, String mechanism, String hash, String mac, int keyBytes) {
    this.code = code;
    this.mechanism = mechanism;
    this.hash = hash;
    this.mac = mac;
    this.keyBytes = keyBytes;
  }

  /** How Kafka's requests and the state log name it. */
  public int code() {
    return code;
  }

  /** How SASL names it. */
  public String mechanism() {
    return mechanism;
  }

  String hash() {
    return hash;
  }

  String mac() {
    return mac;
  }

  /** Length of stored and server key. */
  public int keyBytes() {
    return keyBytes;
  }

  public static Optional<ScramMechanism> ofCode(int code) {
    for (ScramMechanism each : values()) {
      if (each.code == code) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** By the name in SASL. */
  public static Optional<ScramMechanism> ofName(String name) {
    for (ScramMechanism each : values()) {
      if (each.mechanism.equals(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}

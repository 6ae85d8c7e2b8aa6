package io.millrace.server.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What the server proves itself with. Immutable.
 *
 * @param key the private key of the first certificate
 * @param chain the server's certificate, and those that lead to its authority
 */
record Identity(PrivateKey key, List<X509Certificate> chain) {

  /** What is signed to see whether key and certificate belong together. */
  private static final byte[] SAMPLE = new byte[32];

  Identity {
    chain = List.copyOf(chain);
  }

  private X509Certificate certificate() {
    return chain.get(0);
  }

  /** When the first certificate of the chain to expire does so. */
  Instant expires() {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .reduce((one, other) -> one.isBefore(other) ? one : other)
        .orElseThrow();
  }

  /**
   * Checks that the key is the certificate's: with another one every handshake would fail.
   *
   * @param place where they come from, for people
   * @throws TlsException when it is not
   */
  void check(String place) throws TlsException {
    try {
      Signature signature = Signature.getInstance(signatureAlgorithm());
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate().getPublicKey());
      signature.update(SAMPLE);
      if (!signature.verify(signed)) {
        throw new TlsException(
            place + ": the key does not belong to the certificate of " + subject());
      }
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          place + ": the key does not fit the certificate of " + subject() + ": " + e.getMessage(),
          e);
    }
  }

  private String signatureAlgorithm() {
    String algorithm = certificate().getPublicKey().getAlgorithm();
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> algorithm;
    };
  }

  private String subject() {
    return certificate().getSubjectX500Principal().getName();
  }

  /** For people: whose it is, and until when it may be used. */
  @Override
  public String toString() {
    byte[] serial = certificate().getSerialNumber().toByteArray();
    return "the certificate of "
        + subject()
        + " (serial number "
        + HexFormat.of().formatHex(Arrays.copyOf(serial, Math.min(serial.length, 20)))
        + ", valid until "
        + expires()
        + ")";
  }
}

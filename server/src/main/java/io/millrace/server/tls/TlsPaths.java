package io.millrace.server.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where certificates and keys lie. Either the first two or the third are there.
 *
 * @param certificates PEM, the server's certificate first
 * @param key PEM, PKCS#8
 * @param keystore PKCS#12 with certificates and key
 * @param password the first line is the password of the key or of the keystore
 * @param trust PEM, the authorities of clients' certificates
 */
public record TlsPaths(
    Optional<Path> certificates,
    Optional<Path> key,
    Optional<Path> keystore,
    Optional<Path> password,
    Optional<Path> trust) {

  public TlsPaths {
    boolean pem = certificates.isPresent() && key.isPresent();
    if (certificates.isPresent() != key.isPresent() || pem == keystore.isPresent()) {
      throw new IllegalArgumentException("either certificates with their key, or a keystore");
    }
  }

  /** All that are there. */
  List<Path> all() {
    return Stream.of(certificates, key, keystore, password, trust)
        .flatMap(Optional::stream)
        .toList();
  }
}

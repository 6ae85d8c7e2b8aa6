package io.millrace.server.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Makes certificates and keys of what the files hold. Any thread; keeps nothing. */
final class IdentityReader {
  private IdentityReader() {}

  /**
   * What the server proves itself with.
   *
   * @throws TlsException when the files do not hold it
   */
  static Identity identity(TlsPaths paths, TlsFiles files) throws TlsException {
    Optional<char[]> password = password(paths, files);
    Optional<Path> keystore = paths.keystore();
    if (keystore.isPresent()) {
      return fromKeystore(keystore.get(), files, password);
    }
    Path certificates = paths.certificates().orElseThrow();
    Path key = paths.key().orElseThrow();
    List<X509Certificate> chain = certificates(certificates, files);
    String algorithm = chain.get(0).getPublicKey().getAlgorithm();
    Identity identity =
        new Identity(PrivateKeyPem.read(key, files.bytes(key), algorithm, password), chain);
    identity.check(certificates + " and " + key);
    return identity;
  }

  private static Optional<char[]> password(TlsPaths paths, TlsFiles files) {
    return paths
        .password()
        .map(path -> new String(files.bytes(path), UTF_8).lines().findFirst().orElse(""))
        .map(String::toCharArray);
  }

  /**
   * The certificates in a PEM file.
   *
   * @throws TlsException when there are none
   */
  static List<X509Certificate> certificates(Path path, TlsFiles files) throws TlsException {
    List<X509Certificate> found = new ArrayList<>();
    try (InputStream in = files.open(path)) {
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        found.add((X509Certificate) each);
      }
    } catch (CertificateException | IOException e) {
      throw new TlsException(path + " has a damaged certificate: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new TlsException(
          path + " has no certificate in PEM (a line -----BEGIN CERTIFICATE-----)");
    }
    return found;
  }

  private static Identity fromKeystore(Path path, TlsFiles files, Optional<char[]> password)
      throws TlsException {
    if (password.isEmpty()) {
      throw new TlsException(
          path + " needs a password: name the file that has it in tls.password-file");
    }
    try (InputStream in = files.open(path)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password.get());
      Identity identity = onlyKey(path, store, password.get());
      identity.check(path.toString());
      return identity;
    } catch (IOException e) {
      String why =
          e.getCause() instanceof UnrecoverableKeyException
              ? " cannot be opened with the password in tls.password-file"
              : " is no PKCS#12 file: " + e.getMessage();
      throw new TlsException(path + why, e);
    } catch (GeneralSecurityException e) {
      throw new TlsException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Identity onlyKey(Path path, KeyStore store, char[] password)
      throws GeneralSecurityException, TlsException {
    List<String> names = new ArrayList<>();
    for (String name : Collections.list(store.aliases())) {
      if (store.isKeyEntry(name)) {
        names.add(name);
      }
    }
    if (names.size() != 1) {
      throw new TlsException(path + " has " + names.size() + " private keys; it must have one");
    }
    List<X509Certificate> chain = new ArrayList<>();
    for (Certificate each : store.getCertificateChain(names.get(0))) {
      chain.add((X509Certificate) each);
    }
    return new Identity((PrivateKey) store.getKey(names.get(0), password), chain);
  }
}

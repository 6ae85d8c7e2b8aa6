package io.millrace.server.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its key.
 *
 * @param key the private key
 * @param chain the certificate first, then its authority's
 */
public record TestCertificate(PrivateKey key, List<X509Certificate> chain) {
  /** Old, but the JDK can write it in this form. */
  private static final String ENCRYPTION = "PBEWithSHA1AndDESede";

  /** Writes both as PEM files. */
  public void writeTo(Path certificates, Path keyFile) throws Exception {
    writeCertificates(certificates, chain);
    writeKey(keyFile);
  }

  /** Writes the key as a PEM file. */
  public void writeKey(Path file) throws IOException {
    Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()), US_ASCII);
  }

  /** Writes the key encrypted. */
  public void writeKey(Path file, String password) throws Exception {
    Cipher cipher = Cipher.getInstance(ENCRYPTION);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        SecretKeyFactory.getInstance(ENCRYPTION)
            .generateSecret(new PBEKeySpec(password.toCharArray())));
    byte[] encrypted = cipher.doFinal(key.getEncoded());
    AlgorithmParameters parameters = cipher.getParameters();
    Files.writeString(
        file,
        pem(
            "ENCRYPTED PRIVATE KEY",
            new EncryptedPrivateKeyInfo(parameters, encrypted).getEncoded()),
        US_ASCII);
  }

  /** Writes both as a PKCS#12 file. */
  public void writeKeystore(Path file, String password) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      keystore(password).store(out, password.toCharArray());
    }
  }

  private KeyStore keystore(String password) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("key", key, password.toCharArray(), chain.toArray(Certificate[]::new));
    return store;
  }

  /** For a client that shows it to every server, whatever authorities that names. */
  public KeyManager[] keyManagers() {
    return new KeyManager[] {new OnlyKey(this)};
  }

  private static final class OnlyKey extends X509ExtendedKeyManager {
    private static final String NAME = "key";

    private final TestCertificate certificate;

    OnlyKey(TestCertificate certificate) {
      this.certificate = certificate;
    }

    @Override
    public String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return NAME;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {NAME};
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return certificate.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return certificate.key();
    }
  }

  static void writeCertificates(Path file, List<X509Certificate> certificates) throws Exception {
    StringBuilder text = new StringBuilder();
    for (X509Certificate each : certificates) {
      text.append(pem("CERTIFICATE", each.getEncoded()));
    }
    Files.writeString(file, text.toString(), US_ASCII);
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}

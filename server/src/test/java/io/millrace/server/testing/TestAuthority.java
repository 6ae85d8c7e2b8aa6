package io.millrace.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority and what it signs, made by the JDK's keytool. */
public final class TestAuthority {
  private static final String PASSWORD = "of-the-test";
  private static final int LIMIT_S = 60;

  private final Path store;
  private final Path certificate;
  private int signed;

  /**
   * Makes one.
   *
   * @param directory for its files
   * @param name becomes its subject and its files' name
   */
  public TestAuthority(Path directory, String name) throws Exception {
    this.store = directory.resolve(name + ".p12");
    this.certificate = directory.resolve(name + ".pem");
    generate("ca", "CN=" + name, "-ext", "bc:c", "-validity", "3650");
    TestCertificate.writeCertificates(certificate, read("ca").chain());
  }

  /** A PEM file with its certificate. */
  public Path certificate() {
    return certificate;
  }

  /** A certificate for the server on this machine. */
  public TestCertificate server(String subject) throws Exception {
    return sign(subject, "-ext", "san=ip:127.0.0.1,dns:localhost");
  }

  /**
   * Signs a certificate for a new key.
   *
   * @param options more of keytool's
   */
  public TestCertificate sign(String subject, String... options) throws Exception {
    String alias = "signed-" + signed++;
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("-signer", "ca"));
    generate(alias, subject, all.toArray(String[]::new));
    return read(alias);
  }

  private void generate(String alias, String subject, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                subject,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
    command.addAll(List.of(options));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    keytool.getOutputStream().close();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    if (!keytool.waitFor(LIMIT_S, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }

  private TestCertificate read(String alias) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate each : keys.getCertificateChain(alias)) {
        chain.add((X509Certificate) each);
      }
      return new TestCertificate((PrivateKey) keys.getKey(alias, PASSWORD.toCharArray()), chain);
    }
  }
}

package io.millrace.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.SteppedAgents;
import io.millrace.server.testing.TestAuthority;
import io.millrace.server.testing.TestCertificate;
import io.millrace.server.testing.Warnings;
import io.millrace.server.tls.TlsOptions.ClientCertificates;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of the files, and what is said of those that cannot be used. */
final class TlsCertificatesTest {
  private static final int MAX_STEPS = 1_000;
  private static final String LOG = "io.millrace.server.tls";

  @TempDir private static Path shared = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private static TestAuthority authority;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificate first;

  @SuppressWarnings("NullAway.Init")
  private static TestCertificate second;

  @TempDir private Path directory = Path.of("");
  private Path certificates = directory;
  private Path key = directory;
  private Path password = directory;

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = new TestAuthority(shared, "authority");
    first = authority.server("CN=first");
    second = authority.sign("CN=second", "-validity", "7");
  }

  @BeforeEach
  void writeFiles() throws Exception {
    certificates = directory.resolve("server.pem");
    key = directory.resolve("server-key.pem");
    password = Files.writeString(directory.resolve("password"), "open sesame\n");
    first.writeTo(certificates, key);
  }

  @Test
  void takesKeysInTheClearAndEncryptedAndKeystores() throws Exception {
    assertThat(load(pem())).hasToString(load(pem()).toString()).asString().contains("CN=first");

    first.writeKey(key, "open sesame");
    assertThat(load(pemWithPassword())).asString().contains("CN=first");

    Path store = directory.resolve("server.p12");
    second.writeKeystore(store, "open sesame");
    TlsCertificates fromStore = load(keystore(store));
    assertThat(fromStore).asString().contains("CN=second");
    assertThat(fromStore.expires()).isEqualTo(second.chain().get(0).getNotAfter().toInstant());
  }

  @Test
  void decryptsKeysThatOpensslHasWritten() throws Exception {
    assertThat(resource("encrypted-key.pem", Optional.of("open-sesame".toCharArray())))
        .isEqualTo(resource("key.pem", Optional.empty()));
  }

  private static PrivateKey resource(String name, Optional<char[]> password) throws Exception {
    try (InputStream in = TlsCertificatesTest.class.getResourceAsStream(name)) {
      byte[] pem = Objects.requireNonNull(in).readAllBytes();
      return PrivateKeyPem.read(Path.of(name), pem, "EC", password);
    }
  }

  @Test
  void saysWhichFileIsMissingOrEmptyOrSomethingElse() throws Exception {
    Files.delete(key);
    refused(pem()).hasMessageContaining("there is no file " + key.toAbsolutePath());

    Files.writeString(key, "no key\n");
    refused(pem()).hasMessageContaining(key + " has no private key");

    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n");
    refused(pem()).hasMessageContaining("TLS cannot be set up with the files of tls.*");

    first.writeKey(key);
    Files.writeString(certificates, "no certificate\n");
    refused(pem())
        .hasMessageContaining(certificates.toString())
        .hasMessageContaining("certificate");

    Files.write(certificates, new byte[(1 << 20) + 1]);
    refused(pem()).hasMessageContaining("larger than 1 MiB");
  }

  @Test
  void saysHowToConvertAKeyOfAnotherFormat() throws Exception {
    String text = Files.readString(key).replace("PRIVATE KEY", "EC PRIVATE KEY");
    Files.writeString(key, text);

    refused(pem())
        .hasMessageContaining("another format than PKCS#8 (BEGIN EC PRIVATE KEY)")
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  @Test
  void refusesAKeyThatIsNotTheCertificates() throws Exception {
    second.writeKey(key);

    refused(pem()).hasMessageContaining("the key does not belong to the certificate of CN=first");
  }

  @Test
  void saysThatAPasswordIsMissingOrWrong() throws Exception {
    first.writeKey(key, "open sesame");
    Path store = directory.resolve("server.p12");
    first.writeKeystore(store, "open sesame");
    refused(pem()).hasMessageContaining("name the file that has its password in tls.password-file");

    Files.writeString(password, "wrong\n");
    refused(pemWithPassword()).hasMessageContaining("cannot be decrypted with the password");
    refused(keystore(store)).hasMessageContaining("cannot be opened with the password");
  }

  @Test
  void usesChangedFilesAndKeepsWhatItHasWhenTheyAreBad() throws Exception {
    try (SteppedAgents agents = new SteppedAgents(1, System.currentTimeMillis());
        Warnings news = Warnings.andNews(LOG)) {
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      TlsSecurity security = new TlsSecurity(options(pem()), registry, agents);
      assertThat(expiry(registry)).isEqualTo(notAfter(first));

      second.writeKey(key); // the certificate is not there yet
      agents.runFor(12_000, MAX_STEPS);
      assertThat(expiry(registry)).isEqualTo(notAfter(first));
      assertThat(registry.get("millrace.tls.reloads.failed").counter().count()).isEqualTo(1);
      assertThat(news.lines()).filteredOn(line -> line.startsWith("TLS goes on with")).hasSize(1);

      second.writeTo(certificates, key);
      Files.setLastModifiedTime(certificates, FileTime.from(Instant.EPOCH));
      agents.runFor(6_000, MAX_STEPS);
      assertThat(expiry(registry)).isEqualTo(notAfter(second));
      assertThat(registry.get("millrace.tls.reloads").counter().count()).isEqualTo(1);
      assertThat(news.lines()).anyMatch(line -> line.startsWith("TLS now uses the certificate"));
      assertThat(news.lines()).anyMatch(line -> line.endsWith("which expires soon"));

      Files.delete(certificates);
      agents.runFor(6_000, MAX_STEPS);
      assertThat(expiry(registry)).isEqualTo(notAfter(second));
      assertThat(registry.get("millrace.tls.reloads.failed").counter().count()).isEqualTo(2);
      security.close();
    }
  }

  @Test
  void warnsOfACertificateThatHasExpired() throws Exception {
    authority.sign("CN=old", "-startdate", "-10d", "-validity", "5").writeTo(certificates, key);

    try (SteppedAgents agents = new SteppedAgents(1, System.currentTimeMillis());
        Warnings warnings = new Warnings(LOG)) {
      new TlsSecurity(options(pem()), new SimpleMeterRegistry(), agents).close();

      assertThat(warnings.lines()).singleElement().asString().contains("CN=old", "has expired");
    }
  }

  @Test
  void namesClientsByKafkasRules() throws Exception {
    String subject = "CN=billing,OU=apps,O=Acme";

    assertThat(new PrincipalNames("DEFAULT").of(subject)).contains(subject);
    PrincipalNames rules =
        new PrincipalNames("RULE:^CN=(.*?),OU=apps.*$/$1/U,RULE:^CN=admin$/root/");
    assertThat(rules.of(subject)).contains("BILLING");
    assertThat(rules.of("CN=admin")).contains("root");
    assertThat(rules.of("CN=other")).isEmpty();
    assertThatThrownBy(() -> new PrincipalNames("RULE:half"))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("tls.principal-mapping = RULE:half");
  }

  private static double expiry(SimpleMeterRegistry registry) {
    return registry.get("millrace.tls.certificate.expiry").gauge().value();
  }

  private static double notAfter(TestCertificate certificate) {
    return certificate.chain().get(0).getNotAfter().toInstant().getEpochSecond();
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(TlsPaths paths) {
    return assertThatThrownBy(() -> load(paths)).isInstanceOf(TlsException.class);
  }

  private static TlsCertificates load(TlsPaths paths) throws TlsException {
    return new TlsCertificates(options(paths));
  }

  private TlsPaths pem() {
    return new TlsPaths(
        Optional.of(certificates),
        Optional.of(key),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private TlsPaths pemWithPassword() {
    return new TlsPaths(
        Optional.of(certificates),
        Optional.of(key),
        Optional.empty(),
        Optional.of(password),
        Optional.empty());
  }

  private TlsPaths keystore(Path store) {
    return new TlsPaths(
        Optional.empty(),
        Optional.empty(),
        Optional.of(store),
        Optional.of(password),
        Optional.empty());
  }

  private static TlsOptions options(TlsPaths paths) {
    return new TlsOptions(
        false, paths, ClientCertificates.NONE, List.of("TLSv1.3"), "DEFAULT", 100, 10_000, 5_000);
  }
}

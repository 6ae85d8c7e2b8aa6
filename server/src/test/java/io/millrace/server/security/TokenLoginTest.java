package io.millrace.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.server.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own clients log in by tokens, or fail to. */
@Timeout(180)
@SuppressWarnings("NullAway.Init")
final class TokenLoginTest {
  private static final String ALLOWED = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
  private static PublicJsonWebKey first;
  private static PublicJsonWebKey second;

  @TempDir Path directory;

  private TokenIssuer issuer;
  private RunningSecurity server;

  @BeforeAll
  static void makeKeys() throws Exception {
    first = TokenIssuer.named(RsaJwkGenerator.generateJwk(2048), "first");
    second = TokenIssuer.named(EcJwkGenerator.generateJwk(EllipticCurves.P256), "second");
  }

  @BeforeEach
  void start() throws Exception {
    issuer = new TokenIssuer();
    issuer.show(first);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    issuer.close();
    System.clearProperty(ALLOWED);
  }

  private void serve(String place, String... more) throws Exception {
    String[] all = {
      "auth.mechanisms",
      "OAUTHBEARER,SCRAM-SHA-512",
      "auth.oauth.jwks",
      place,
      "auth.oauth.issuer",
      TokenIssuer.NAME,
      "auth.oauth.audience",
      "other, " + TokenIssuer.AUDIENCE,
      "auth.oauth.clock-skew-ms",
      "0"
    };
    String[] settings = java.util.Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, settings, all.length, more.length);
    server = new RunningSecurity(directory, settings);
  }

  private Path write(String token) throws Exception {
    return Files.writeString(directory.resolve("token.jwt"), token);
  }

  /** A client that reads its token from a file whenever it needs one. */
  private Map<String, Object> client(String token) throws Exception {
    String url = write(token).toUri().toString();
    System.setProperty(ALLOWED, url);
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", "127.0.0.1:" + server.port());
    config.put("security.protocol", "SASL_PLAINTEXT");
    config.put("sasl.mechanism", "OAUTHBEARER");
    String kafka = "org.apache.kafka.common.security.oauthbearer.";
    config.put("sasl.login.callback.handler.class", kafka + "OAuthBearerLoginCallbackHandler");
    config.put("sasl.oauthbearer.jwt.retriever.class", kafka + "FileJwtRetriever");
    config.put("sasl.oauthbearer.token.endpoint.url", url);
    config.put("sasl.jaas.config", kafka + "OAuthBearerLoginModule required;");
    config.put("default.api.timeout.ms", 15_000);
    config.put("request.timeout.ms", 12_000);
    return config;
  }

  private int nodes(String token) throws Exception {
    try (Admin admin = Admin.create(client(token))) {
      return admin.describeCluster().nodes().get(30, TimeUnit.SECONDS).size();
    }
  }

  private void assertRefused(String token, String why) {
    assertThatThrownBy(() -> nodes(token))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SaslAuthenticationException.class)
        .hasMessageContaining(why);
  }

  private static String token(JwtClaims claims) throws Exception {
    return TokenIssuer.sign(claims, first, "RS256");
  }

  private static JwtClaims claims() {
    return TokenIssuer.claims("alice", 600);
  }

  @Test
  void letsInTheBearerOfATokenThatTheIssuerSigned() throws Exception {
    PublicJsonWebKey p384 =
        TokenIssuer.named(EcJwkGenerator.generateJwk(EllipticCurves.P384), "third");
    issuer.show(first, second, p384);
    Path file = Files.writeString(directory.resolve("keys.json"), issuer.keySet());
    serve(file.toString());

    for (String algorithm : Set.of("RS256", "RS384", "RS512", "PS256")) {
      assertThat(nodes(TokenIssuer.sign(claims(), first, algorithm))).isEqualTo(1);
    }
    assertThat(nodes(TokenIssuer.sign(claims(), second, "ES256"))).isEqualTo(1);
    assertThat(nodes(TokenIssuer.sign(claims(), p384, "ES384"))).isEqualTo(1);
    assertThat(server.metrics())
        .contains("millrace_logins_total{door=\"kafka\",mechanism=\"OAUTHBEARER\"}")
        .contains("millrace_oauth_keys 3");
  }

  @Test
  void refusesWhatIsNotProvedAndSaysWhy() throws Exception {
    serve(issuer.url());
    assertThat(nodes(token(claims()))).isEqualTo(1);

    JwtClaims late = claims();
    late.setNotBefore(NumericDate.fromSeconds(NumericDate.now().getValue() + 300));
    assertRefused(token(late), "not valid yet");

    JwtClaims future = claims();
    future.setIssuedAt(NumericDate.fromSeconds(NumericDate.now().getValue() + 300));
    assertRefused(token(future), "not valid yet");

    JwtClaims elsewhere = claims();
    elsewhere.setAudience("elsewhere");
    assertRefused(token(elsewhere), "another audience");

    JwtClaims foreign = claims();
    foreign.setIssuer("https://foreign.example");
    assertRefused(token(foreign), "another issuer");

    PublicJsonWebKey forged = TokenIssuer.named(RsaJwkGenerator.generateJwk(2048), "first");
    assertRefused(TokenIssuer.sign(claims(), forged, "RS256"), "signature");
  }

  @Test
  void readsKeysAnewForATokenOfAnUnknownKeyButNotAllTheTime() throws Exception {
    serve(issuer.url(), "auth.oauth.refresh-ms", "1d");
    assertThat(nodes(token(claims()))).isEqualTo(1);

    issuer.show(second);
    // Waits until the keys may be read again, and is let in.
    int reads = issuer.reads();
    long begin = System.nanoTime();
    assertThat(nodes(TokenIssuer.sign(claims(), second, "ES256"))).isEqualTo(1);
    for (int i = 0; i < 2; i++) {
      assertRefused(token(claims()), "no key that is known");
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
    assertThat(issuer.reads() - reads).isLessThanOrEqualTo((int) (2 + seconds / 5));
  }

  @Test
  void goesOnWithTheKeysThatItHasWhileTheSourceIsDown() throws Exception {
    issuer.up(false);
    serve(issuer.url(), "auth.oauth.refresh-ms", "1s");
    assertThatThrownBy(() -> nodes(token(claims()))).hasCauseInstanceOf(TimeoutException.class);

    issuer.up(true);
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> nodes(token(claims())) == 1);

    double before = sum("millrace_oauth_refreshes_failed_total");
    issuer.up(false);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> sum("millrace_oauth_refreshes_failed_total") > before);
    assertThat(nodes(token(claims()))).isEqualTo(1);
    // It may be of a newer key: that is not for the server to say now, and the client tries again.
    assertThatThrownBy(() -> nodes(TokenIssuer.sign(claims(), second, "ES256")))
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void aLoginHoldsNoLongerThanItsToken() throws Exception {
    serve(issuer.url(), "auth.max-session-ms", "10min");
    Map<String, Object> config = client(token(TokenIssuer.claims("alice", 6)));
    config.put("sasl.login.refresh.min.period.seconds", (short) 0);
    config.put("sasl.login.refresh.buffer.seconds", (short) 0);
    config.put("delivery.timeout.ms", 20_000);
    config.put("linger.ms", 0);
    try (var producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("topic", "value")).get();
      write(token(TokenIssuer.claims("alice", 600)));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                producer.send(new ProducerRecord<>("topic", "value")).get();
                return sum("millrace_logins_total{door=\"kafka\"") > 2;
              });
    }
  }

  private double sum(String metric) throws Exception {
    return server
        .metrics()
        .lines()
        .filter(line -> line.startsWith(metric))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void accessRulesKnowTheNameInTheChosenClaim() throws Exception {
    serve(
        issuer.url(),
        "auth.oauth.principal-claim",
        "name",
        "acl.mode",
        "on",
        "acl.super-users",
        "admin");
    JwtClaims claims = claims();
    assertRefused(token(claims), "names nobody");
    claims.setStringClaim("name", "admin");
    try (Admin admin = Admin.create(client(token(claims)))) {
      AclBindingFilter all =
          new AclBindingFilter(ResourcePatternFilter.ANY, AccessControlEntryFilter.ANY);
      assertThat(admin.describeAcls(all).values().get(30, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  void aServerThatCannotTellWhichTokensAreGoodDoesNotStart() {
    assertThatThrownBy(() -> serve(directory.resolve("missing.json").toString()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("auth.oauth.jwks");
    assertThatThrownBy(() -> new RunningSecurity(directory, "auth.mechanisms", "OAUTHBEARER"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("auth.oauth.issuer");
  }
}

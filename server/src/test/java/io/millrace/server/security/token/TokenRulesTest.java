package io.millrace.server.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.kernel.Clock;
import io.millrace.server.security.user.LoginException;
import java.io.IOException;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.UnresolvableKeyException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which tokens are good, to the second. */
@SuppressWarnings("NullAway.Init")
final class TokenRulesTest {
  private static final long NOW_S = 1_800_000_000;
  private static final int SKEW_S = 30;
  private static PublicJsonWebKey key;
  private static PublicJsonWebKey other;

  private final TokenRules rules =
      new TokenRules(
          new TokenOptions("issuer", List.of("us"), "sub", SKEW_S, 1000),
          new Clock() {
            @Override
            public long wallMs() {
              return NOW_S * 1000;
            }

            @Override
            public long nanoTime() {
              return 0;
            }
          });

  @BeforeAll
  static void makeKeys() throws Exception {
    key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
    other = EcJwkGenerator.generateJwk(EllipticCurves.P256);
  }

  private static JwtClaims claims() {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer("issuer");
    claims.setAudience("us", "them");
    claims.setSubject("alice");
    claims.setExpirationTime(NumericDate.fromSeconds(NOW_S + 100));
    return claims;
  }

  private static JsonWebSignature unsigned(JwtClaims claims) {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setAlgorithmHeaderValue("ES256");
    signature.setKey(key.getPrivateKey());
    return signature;
  }

  private static String sign(JwtClaims claims) throws Exception {
    return unsigned(claims).getCompactSerialization();
  }

  private void assertRefused(String token, String why) {
    assertThatThrownBy(() -> rules.check(token, List.<JsonWebKey>of(key)))
        .isInstanceOf(LoginException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aTokenProvesItsUserUntilItExpires() throws Exception {
    var proof = rules.check(sign(claims()), List.of(other, key));
    assertThat(proof.user()).isEqualTo("alice");
    assertThat(proof.leftMs()).isEqualTo(100_000);
  }

  @Test
  void clocksMayDifferByTheSkewAndNoMore() throws Exception {
    JwtClaims claims = claims();
    claims.setExpirationTime(NumericDate.fromSeconds(NOW_S - SKEW_S + 1));
    assertThat(rules.check(sign(claims), List.of(key)).leftMs()).isEqualTo(1000);
    claims.setExpirationTime(NumericDate.fromSeconds(NOW_S - SKEW_S));
    assertRefused(sign(claims), "expired");

    claims = claims();
    claims.setNotBefore(NumericDate.fromSeconds(NOW_S + SKEW_S));
    claims.setIssuedAt(NumericDate.fromSeconds(NOW_S + SKEW_S));
    assertThat(rules.check(sign(claims), List.of(key)).user()).isEqualTo("alice");
    claims.setIssuedAt(NumericDate.fromSeconds(NOW_S + SKEW_S + 1));
    assertRefused(sign(claims), "not valid yet");
  }

  @Test
  void refusesTokensThatNeverExpireOrNameNobody() throws Exception {
    JwtClaims claims = claims();
    claims.unsetClaim("exp");
    assertRefused(sign(claims), "never expires");
    for (String name : List.of("", " ", "a\nb", "x".repeat(256))) {
      claims = claims();
      claims.setSubject(name);
      assertRefused(sign(claims), "");
    }
    claims = claims();
    claims.setClaim("sub", 7);
    assertRefused(sign(claims), "");
    claims = claims();
    claims.unsetClaim("aud");
    assertRefused(sign(claims), "audience");
  }

  @Test
  void refusesTokensWithoutASignatureOrWithOneOfASharedSecret() throws Exception {
    JsonWebSignature none = unsigned(claims());
    none.setAlgorithmHeaderValue("none");
    none.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    none.setKey(null);
    assertRefused(none.getCompactSerialization(), "not accepted");

    // The public key as the secret: whoever confuses the two kinds takes it for good.
    JsonWebSignature hmac = unsigned(claims());
    hmac.setAlgorithmHeaderValue("HS256");
    hmac.setKey(new HmacKey(key.getPublicKey().getEncoded()));
    assertRefused(hmac.getCompactSerialization(), "not accepted");
  }

  @Test
  void aKeyThatIsNotThereIsToldApart() throws Exception {
    JsonWebSignature named = unsigned(claims());
    named.setKeyIdHeaderValue("nowhere");
    String token = named.getCompactSerialization();
    assertThatThrownBy(() -> rules.check(token, List.<JsonWebKey>of(key)))
        .isInstanceOf(UnresolvableKeyException.class);
  }

  @Test
  void refusesWhatIsNoToken() {
    for (String bad : List.of("", "..", "a.b.c", "a.b", "a.b.c.d.e", "x".repeat(1 << 20))) {
      assertRefused(bad, "");
    }
  }

  @Test
  void takesPublicKeysFromASetAndNothingElse() throws Exception {
    JsonWebKey secret = OctJwkGenerator.generateJwk(256);
    String mixed =
        new JsonWebKeySet(secret, key).toJson(JsonWebKey.OutputControlLevel.INCLUDE_SYMMETRIC);
    assertThat(SigningKeys.parse(mixed)).hasSize(1);
    for (String bad : List.of("", "{}", "[]", "{\"keys\":[]}", "{\"keys\":7}", "<html>")) {
      assertThatThrownBy(() -> SigningKeys.parse(bad)).isInstanceOf(IOException.class);
    }
  }
}

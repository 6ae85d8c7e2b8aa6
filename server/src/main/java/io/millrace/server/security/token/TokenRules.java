package io.millrace.server.security.token;

import static org.jose4j.jwa.AlgorithmConstraints.ConstraintType.PERMIT;

import io.millrace.kernel.Clock;
import io.millrace.server.security.user.LoginException;
import io.millrace.server.security.user.TokenCheck.Proof;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodeValidator;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * What makes a token good (RFC 7519, RFC 8725): a signature of an asymmetric kind by a known key,
 * the right issuer and audience, and its time. Pure but for the clock.
 */
final class TokenRules {
  static final int MAX_TOKEN_CHARACTERS = 16 << 10;
  private static final int MAX_NAME_CHARACTERS = 255;

  /** Issuers that mean "for ever" say the year 9999, of which clients cannot tell nanoseconds. */
  private static final long MAX_LOGIN_MS = TimeUnit.DAYS.toMillis(3650);

  /** Neither {@code none} nor those whose key is a secret that both sides know. */
  private static final Set<String> ALGORITHMS =
      Set.of(
          AlgorithmIdentifiers.RSA_USING_SHA256,
          AlgorithmIdentifiers.RSA_USING_SHA384,
          AlgorithmIdentifiers.RSA_USING_SHA512,
          AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
          AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
          AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384);

  private final TokenOptions options;
  private final Clock clock;

  TokenRules(TokenOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  /**
   * Checks a token.
   *
   * @throws UnresolvableKeyException when none of the keys can have signed it
   * @throws LoginException when it is no good for another reason
   */
  Proof check(String token, List<JsonWebKey> keys) throws UnresolvableKeyException {
    // Three parts: a token that is encrypted has five, and is refused before anything is decoded.
    if (token.length() > MAX_TOKEN_CHARACTERS || token.chars().filter(c -> c == '.').count() != 2) {
      throw LoginException.untrusted("this is no signed token, or too large a one");
    }
    long nowMs = clock.wallMs();
    try {
      return proof(claims(token, keys, nowMs), nowMs);
    } catch (InvalidJwtException e) {
      if (e.getCause() instanceof UnresolvableKeyException unknown) {
        throw unknown;
      }
      if (e.getCause() instanceof LoginException refused) {
        throw refused;
      }
      throw LoginException.untrusted(explain(e));
    } catch (MalformedClaimException e) {
      throw LoginException.untrusted("a claim of the token is not of its type");
    }
  }

  private JwtClaims claims(String token, List<JsonWebKey> keys, long nowMs)
      throws InvalidJwtException {
    JwksVerificationKeyResolver resolver = new JwksVerificationKeyResolver(keys);
    // Where the token does not say which key: the one with which its signature is right.
    resolver.setDisambiguateWithVerifySignature(true);
    JwtConsumerBuilder rules =
        new JwtConsumerBuilder()
            .setVerificationKeyResolver(
                (signature, outer) -> {
                  // Here already: such a token is no reason to look for more keys.
                  if (!ALGORITHMS.contains(signature.getAlgorithmHeaderValue())) {
                    throw LoginException.untrusted(
                        "the token is signed in a way that is not accepted");
                  }
                  return resolver.resolveKey(signature, outer);
                })
            .setJwsAlgorithmConstraints(PERMIT, ALGORITHMS.toArray(String[]::new))
            .setExpectedIssuer(true, options.issuer())
            .setRequireExpirationTime()
            .setEvaluationTime(NumericDate.fromMilliseconds(nowMs))
            .setAllowedClockSkewInSeconds(options.clockSkewS())
            .setIssuedAtRestrictions(0, Integer.MAX_VALUE);
    if (options.audiences().isEmpty()) {
      rules.setSkipDefaultAudienceValidation();
    } else {
      rules.setExpectedAudience(true, options.audiences().toArray(String[]::new));
    }
    return rules.build().processToClaims(token);
  }

  private Proof proof(JwtClaims claims, long nowMs) throws MalformedClaimException {
    String user = claims.getClaimValue(options.principalClaim(), String.class);
    if (user == null
        || user.isBlank()
        || user.length() > MAX_NAME_CHARACTERS
        || user.chars().anyMatch(Character::isISOControl)) {
      throw LoginException.untrusted(
          "the token names nobody in its claim " + options.principalClaim());
    }
    long leftMs = claims.getExpirationTime().getValueInMillis() - nowMs;
    // What has expired by this clock was let in for its skew, and stays so long.
    long skewMs = TimeUnit.SECONDS.toMillis(options.clockSkewS());
    long holdsMs = Math.max(1, leftMs > 0 ? leftMs : leftMs + skewMs);
    return new Proof(user, Math.min(holdsMs, MAX_LOGIN_MS));
  }

  /** Says why in words that hold nothing of the token. */
  private static String explain(InvalidJwtException e) {
    for (ErrorCodeValidator.Error error : e.getErrorDetails()) {
      String why =
          switch (error.getErrorCode()) {
            case ErrorCodes.EXPIRED -> "the token has expired";
            case ErrorCodes.EXPIRATION_MISSING -> "the token never expires";
            case ErrorCodes.NOT_YET_VALID, ErrorCodes.ISSUED_AT_INVALID_FUTURE ->
                "the token is not valid yet";
            case ErrorCodes.AUDIENCE_INVALID, ErrorCodes.AUDIENCE_MISSING ->
                "the token is for another audience";
            case ErrorCodes.ISSUER_INVALID, ErrorCodes.ISSUER_MISSING ->
                "the token has another issuer";
            case ErrorCodes.SIGNATURE_INVALID -> "the signature of the token is wrong";
            default -> "";
          };
      if (!why.isEmpty()) {
        return why;
      }
    }
    return "the token cannot be read, or is signed in a way that is not accepted";
  }
}

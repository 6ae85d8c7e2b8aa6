package io.millrace.server.config;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Tokens by which Kafka clients log in (SASL OAUTHBEARER).
 *
 * @param jwks where the keys are that sign tokens: a file or a URL
 * @param issuer who issues them
 * @param audience whom they are for, divided by commas
 * @param principalClaim the claim with the user's name
 * @param clockSkewMs by how much the issuer's clock may differ, in milliseconds
 * @param refreshMs how often the keys are read anew, in milliseconds
 */
public record OauthConfig(
    @Setting(
            value = "",
            meaning =
                "Where the public keys are that sign tokens, a set of the form JWKS: a file, or a"
                    + " URL of `https` (`http` for trials). Needed with `OAUTHBEARER`.")
        String jwks,
    @Setting(
            value = "",
            meaning = "The issuer (`iss`) that tokens must have. Needed with `OAUTHBEARER`.")
        String issuer,
    @Setting(
            value = "",
            meaning =
                "Audiences, divided by commas, of which tokens must have one (`aud`). Without it"
                    + " tokens for other services of the issuer are accepted, too.")
        String audience,
    @Setting(value = "sub", meaning = "The claim of a token that is the user's name.")
        String principalClaim,
    @Setting(
            value = "30s",
            unit = "ms",
            meaning = "By how much the clocks of issuer and server may differ, up to 10min.")
        long clockSkewMs,
    @Setting(
            value = "10min",
            unit = "ms",
            meaning =
                "How often the keys are read anew, between 1s and 1d. A token of an unknown key has"
                    + " them read at once, no more often than every 5 s.")
        long refreshMs) {
  private static final long MAX_SKEW_MS = 600_000;
  private static final long MIN_REFRESH_MS = 1000;
  private static final long MAX_REFRESH_MS = 86_400_000;

  /**
   * @throws IllegalArgumentException when something is out of range
   */
  public OauthConfig {
    String place = jwks.toLowerCase(Locale.ROOT);
    if (place.startsWith("http:") || place.startsWith("https:") || place.startsWith("file:")) {
      try {
        URI uri = URI.create(jwks);
        if (!place.startsWith("file:") && uri.getHost() == null) {
          throw new IllegalArgumentException("it has no host");
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "auth.oauth.jwks = " + jwks + ": this is no URL: " + e.getMessage(), e);
      }
    }
    if (principalClaim.isBlank()) {
      throw new IllegalArgumentException("auth.oauth.principal-claim must name a claim");
    }
    if (clockSkewMs < 0 || clockSkewMs > MAX_SKEW_MS) {
      throw new IllegalArgumentException(
          "auth.oauth.clock-skew-ms = " + clockSkewMs + ": must be between 0 and 10min");
    }
    if (refreshMs < MIN_REFRESH_MS || refreshMs > MAX_REFRESH_MS) {
      throw new IllegalArgumentException(
          "auth.oauth.refresh-ms = " + refreshMs + ": must be between 1s and 1d");
    }
  }

  /** Whether it is said which tokens are good. */
  public boolean isComplete() {
    return !jwks.isEmpty() && !issuer.isEmpty();
  }

  /** The audiences, one by one. */
  public List<String> audiences() {
    return Arrays.stream(audience.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }
}

package io.millrace.server.security.token;

import java.util.List;

/**
 * Which tokens are good. Immutable.
 *
 * @param issuer who must have issued them
 * @param audiences of which they must name one; empty when that does not matter
 * @param principalClaim the claim that holds the user's name
 * @param clockSkewS by how much the issuer's clock may differ, in seconds
 * @param refreshMs how often the keys are read anew, in milliseconds
 */
public record TokenOptions(
    String issuer, List<String> audiences, String principalClaim, int clockSkewS, long refreshMs) {
  public TokenOptions {
    audiences = List.copyOf(audiences);
    if (issuer.isEmpty() || principalClaim.isEmpty() || clockSkewS < 0 || refreshMs < 1) {
      throw new IllegalArgumentException("tokens have an issuer and a user");
    }
  }
}

package io.millrace.server.security.user;

import java.util.List;

/**
 * How clients of both doors log in. Immutable; validated when built.
 *
 * @param mode whether they must
 * @param mechanisms of SASL, by name, in the order in which they are offered
 * @param maxSessionMs after so long a Kafka client logs in again on its connection (KIP-368), in
 *     milliseconds; 0 never
 * @param deadlineMs a connection that has not logged in by then is closed, in milliseconds
 * @param failureDelayMs how long the answer to a failed login waits, in milliseconds
 */
public record LoginOptions(
    Mode mode, List<String> mechanisms, long maxSessionMs, long deadlineMs, long failureDelayMs) {
  public static final String PLAIN = "PLAIN";
  public static final String OAUTHBEARER = "OAUTHBEARER";

  /** All that there are. */
  public static final List<String> MECHANISMS =
      List.of(
          ScramMechanism.SHA_512.mechanism(),
          ScramMechanism.SHA_256.mechanism(),
          PLAIN,
          OAUTHBEARER);

  public static final LoginOptions OFF = new LoginOptions(Mode.OFF, MECHANISMS, 0, 10_000, 100);

  /** Whether clients log in. */
  public enum Mode {
    /** Nobody can. */
    OFF,
    /** Who does not is anonymous. */
    OPTIONAL,
    /** Nothing is served before, unless a certificate has said who the client is. */
    REQUIRED
  }

  public LoginOptions {
    mechanisms = List.copyOf(mechanisms);
    if (mechanisms.isEmpty() || !MECHANISMS.containsAll(mechanisms)) {
      throw new IllegalArgumentException("mechanisms are some of " + MECHANISMS);
    }
    if (maxSessionMs < 0 || deadlineMs < 1 || failureDelayMs < 0) {
      throw new IllegalArgumentException("times of logins must not be negative");
    }
  }

  /** Whether nothing is served to a client of whom nothing is known. */
  public boolean required() {
    return mode == Mode.REQUIRED;
  }

  /** Whether clients can log in at all. */
  public boolean enabled() {
    return mode != Mode.OFF;
  }
}

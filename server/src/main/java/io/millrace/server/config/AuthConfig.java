package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Logins of Kafka and JMS clients with names and passwords.
 *
 * @param mode whether clients log in
 * @param mechanisms of SASL, divided by commas
 * @param maxSessionMs a Kafka client logs in again after so long, in milliseconds; 0 never
 * @param deadlineMs a connection that has not logged in by then is closed, in milliseconds
 * @param failureDelayMs the answer to a failed login waits for so long, in milliseconds
 */
public record AuthConfig(
    @Setting(
            value = "off",
            meaning =
                "Whether Kafka and JMS clients log in with a user name and a password: `off`;"
                    + " `required`, unless `tls.client-auth` has told who a client is; or"
                    + " `optional`, where those that do not are `User:ANONYMOUS`.")
        Mode mode,
    @Setting(
            value = "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN",
            meaning =
                "Mechanisms of SASL that Kafka clients may use, divided by commas. With `PLAIN`,"
                    + " and by JMS clients, the password itself is sent: use TLS; so it is with tokens"
                    + " and `OAUTHBEARER`, which needs `auth.oauth.jwks` and `auth.oauth.issuer`.")
        String mechanisms,
    @Setting(
            value = "0",
            unit = "ms",
            meaning =
                "How long the login of a Kafka client holds: then it logs in again on its"
                    + " connection, which clients do by themselves, or is closed at its next"
                    + " request. 0 is for ever.")
        @Min(value = 0, message = "must be 0 (for ever), or between 1s and 30d")
        @Max(value = 2_592_000_000L, message = "must be 0 (for ever), or between 1s and 30d")
        long maxSessionMs,
    @Setting(
            value = "10s",
            unit = "ms",
            meaning =
                "With `auth.mode` at `required`, a connection that has not logged in after so long"
                    + " is closed.")
        @Min(value = 100, message = "must be between 100ms and 10min")
        @Max(value = 600_000, message = "must be between 100ms and 10min")
        long deadlineMs,
    @Setting(
            value = "100",
            unit = "ms",
            meaning =
                "How long the answer to a login that fails waits, so that guessing takes time.")
        @Min(value = 0, message = "must be between 0 and 10s")
        @Max(value = 10_000, message = "must be between 0 and 10s")
        long failureDelayMs) {
  private static final Set<String> KNOWN =
      Set.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", "OAUTHBEARER");
  private static final long MIN_SESSION_MS = 1000;

  /** Whether clients log in. */
  public enum Mode {
    OFF,
    OPTIONAL,
    REQUIRED
  }

  /**
   * @throws IllegalArgumentException when a mechanism is unknown
   */
  public AuthConfig {
    List<String> names = split(mechanisms);
    if (names.isEmpty() || !KNOWN.containsAll(names)) {
      throw new IllegalArgumentException(
          "auth.mechanisms = "
              + mechanisms
              + ": expected SCRAM-SHA-512, SCRAM-SHA-256, PLAIN, OAUTHBEARER, or some of them");
    }
    if (maxSessionMs > 0 && maxSessionMs < MIN_SESSION_MS) {
      throw new IllegalArgumentException(
          "auth.max-session-ms = " + maxSessionMs + ": must be 0 (for ever), or at least 1s");
    }
  }

  /** The mechanisms, one by one. */
  public List<String> mechanismNames() {
    return split(mechanisms);
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }
}

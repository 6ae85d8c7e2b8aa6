package io.millrace.server.security.user;

/** A client is not who it says to be, or does not say it in an acceptable way. */
public final class LoginException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What the client is told where it must not learn more. */
  private static final String WRONG = "user name or password is wrong";

  /** What is counted. */
  public enum Reason {
    /** Unknown user, wrong password (which of them is not told), or a token that is no good. */
    CREDENTIALS,
    /** Bytes that the mechanism does not have. */
    MALFORMED,
    /** Nothing was decided: too many others log in. */
    BUSY
  }

  private final Reason reason;

  private LoginException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  static LoginException wrong() {
    return new LoginException(Reason.CREDENTIALS, WRONG);
  }

  public static LoginException malformed(String message) {
    return new LoginException(Reason.MALFORMED, message);
  }

  /** A token that does not prove who its bearer is. */
  public static LoginException untrusted(String message) {
    return new LoginException(Reason.CREDENTIALS, message);
  }

  /** It cannot be told at this moment who the client is. */
  public static LoginException undecided(String message) {
    return new LoginException(Reason.BUSY, message);
  }

  static LoginException busy() {
    return new LoginException(Reason.BUSY, "too many clients log in at this moment: try again");
  }

  public Reason reason() {
    return reason;
  }
}

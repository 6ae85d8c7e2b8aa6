package io.millrace.server.security.user;

/** Why users were not changed, in words for the one who asked. */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What was wrong; doors translate each into their own error. */
  public enum Reason {
    UNKNOWN,
    EXISTS,
    INVALID,
    LIMIT_REACHED
  }

  private final Reason reason;

  public UserException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}

package io.millrace.server.cursor;

/** A subscription cannot be used as was asked. The message says why. */
public final class SubscriptionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Reason {
    /** There is none of that name. */
    UNKNOWN,
    /** It has consumers, which what was asked for does not allow. */
    IN_USE
  }

  private final Reason reason;

  SubscriptionException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}

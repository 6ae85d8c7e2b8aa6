package io.millrace.server.door.admin.port;

/** A request that cannot be done as it is. The message says why, and what to do about it. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a request was refused. */
  public enum Reason {
    /** There is no such destination, partition or group. */
    NOT_FOUND,
    /** It exists already, or its state does not allow this. */
    CONFLICT,
    /** A value is not acceptable. */
    INVALID,
    /** Not now: the server starts, stops, or its disk is full. May be tried again. */
    UNAVAILABLE
  }

  private final Reason reason;

  public RefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public RefusedException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}

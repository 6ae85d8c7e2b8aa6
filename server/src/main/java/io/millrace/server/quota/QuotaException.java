package io.millrace.server.quota;

/** A quota that cannot be, or one too many; in words for the one who asked. */
public final class QuotaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean limitReached;

  QuotaException(String message, boolean limitReached) {
    super(message);
    this.limitReached = limitReached;
  }

  /** A quota that cannot be. */
  public QuotaException(String message) {
    this(message, false);
  }

  /** Whether there are too many, and nothing is wrong with this one. */
  public boolean limitReached() {
    return limitReached;
  }
}

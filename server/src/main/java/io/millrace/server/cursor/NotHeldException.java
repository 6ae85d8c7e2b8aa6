package io.millrace.server.cursor;

/**
 * A member of a share group says something of records that it does not hold, or does not hold any
 * more. Nothing was changed.
 */
public final class NotHeldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotHeldException(String message) {
    super(message);
  }
}

package io.millrace.log;

/** The offset lies below the log's start or above its durable end. */
public final class OffsetOutOfRangeException extends StoreException {
  private static final long serialVersionUID = 1;

  public OffsetOutOfRangeException(String message) {
    super(message);
  }
}

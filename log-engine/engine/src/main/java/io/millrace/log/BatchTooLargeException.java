package io.millrace.log;

/** A batch that was to be appended is larger than the log allows. */
public final class BatchTooLargeException extends StoreException {
  private static final long serialVersionUID = 1;

  public BatchTooLargeException(String message) {
    super(message);
  }
}

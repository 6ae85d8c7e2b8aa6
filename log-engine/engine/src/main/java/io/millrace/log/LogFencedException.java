package io.millrace.log;

/** This handle may no longer write: the log was opened anew, deleted, or has failed. */
public final class LogFencedException extends StoreException {
  private static final long serialVersionUID = 1;

  public LogFencedException(String message) {
    super(message);
  }
}

package io.millrace.log;

/** A batch does not fit the state of its producer's transaction in this log (KIP-98). */
public final class InvalidTransactionException extends StoreException {
  private static final long serialVersionUID = 1;

  public InvalidTransactionException(String message) {
    super(message);
  }
}

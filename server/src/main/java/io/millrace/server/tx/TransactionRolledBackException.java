package io.millrace.server.tx;

/** The transaction did not and will not take place. The message says why. */
public final class TransactionRolledBackException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TransactionRolledBackException(String message) {
    super(message);
  }
}

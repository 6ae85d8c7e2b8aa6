package io.millrace.server.tx;

/** A transaction sends more than is allowed. The message says how much that is. */
public final class TransactionTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TransactionTooLargeException(String message) {
    super(message);
  }
}

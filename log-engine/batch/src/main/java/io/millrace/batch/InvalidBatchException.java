package io.millrace.batch;

/** Bytes that should be record batches are not. The message says what is wrong and where. */
public class InvalidBatchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvalidBatchException(String message) {
    super(message);
  }
}

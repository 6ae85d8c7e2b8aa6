package io.millrace.server.partition;

/** A batch that clients may not send. Sending it again will not help. */
public class RefusedBatchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RefusedBatchException(String message) {
    super(message);
  }
}

package io.millrace.log;

/** A producer's sequence number leaves a gap: something before it is missing. */
public final class OutOfOrderSequenceException extends StoreException {
  private static final long serialVersionUID = 1;

  public OutOfOrderSequenceException(String message) {
    super(message);
  }
}

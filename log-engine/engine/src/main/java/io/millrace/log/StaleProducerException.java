package io.millrace.log;

/** A producer's epoch was superseded by a newer one with the same id. */
public final class StaleProducerException extends StoreException {
  private static final long serialVersionUID = 1;

  public StaleProducerException(String message) {
    super(message);
  }
}

package io.millrace.log;

/** Space runs out. Nothing was taken; the same append may be tried again later. */
public final class StoreFullException extends StoreException {
  private static final long serialVersionUID = 1;

  public StoreFullException(String message) {
    super(message);
  }
}

package io.millrace.log;

/**
 * Too much was appended that the disk has not made durable yet. Nothing was taken; the same append
 * may be tried again shortly.
 */
public final class StoreBusyException extends StoreException {
  private static final long serialVersionUID = 1;

  public StoreBusyException(String message) {
    super(message);
  }
}

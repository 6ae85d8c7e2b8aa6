package io.millrace.log;

/** Bytes that were durable are damaged. They are not served. */
public final class CorruptLogException extends StoreException {
  private static final long serialVersionUID = 1;

  public CorruptLogException(String message) {
    super(message);
  }
}

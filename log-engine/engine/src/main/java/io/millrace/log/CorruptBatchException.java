package io.millrace.log;

/** A batch that was to be appended is malformed or fails its checksum. */
public final class CorruptBatchException extends StoreException {
  private static final long serialVersionUID = 1;

  public CorruptBatchException(String message) {
    super(message);
  }
}

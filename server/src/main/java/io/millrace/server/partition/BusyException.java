package io.millrace.server.partition;

/** Too much waits already. Nothing was taken; the same may be tried again a little later. */
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BusyException(String message) {
    super(message);
  }
}

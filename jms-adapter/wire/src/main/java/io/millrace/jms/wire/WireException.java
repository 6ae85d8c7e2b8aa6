package io.millrace.jms.wire;

/**
 * Bytes that are not a frame of this protocol: too large, cut short, left over, an unknown code.
 * The connection that sent them cannot be read further and is closed after an {@link
 * ErrorCode#PROTOCOL} error.
 */
public final class WireException extends Exception {
  private static final long serialVersionUID = 1L;

  public WireException(String message) {
    super(message);
  }
}

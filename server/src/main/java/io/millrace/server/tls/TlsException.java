package io.millrace.server.tls;

/** TLS cannot be used as it is configured. The message says which file, what is wrong, and why. */
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1L;

  TlsException(String message) {
    super(message);
  }

  TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.millrace.log.file;

import java.io.IOException;

/** The disk, or the quota on it, is full. The same write may succeed later. */
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1;

  public NoSpaceException(String message) {
    super(message);
  }

  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }
}

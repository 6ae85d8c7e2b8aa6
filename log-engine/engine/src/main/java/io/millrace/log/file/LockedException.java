package io.millrace.log.file;

import java.io.IOException;

/** Another process, or another store in this process, holds the lock. */
public final class LockedException extends IOException {
  private static final long serialVersionUID = 1;

  public LockedException(String message) {
    super(message);
  }
}

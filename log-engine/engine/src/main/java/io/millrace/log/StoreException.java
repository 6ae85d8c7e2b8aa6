package io.millrace.log;

import org.jspecify.annotations.Nullable;

/** Why a store did not do what was asked. The message says what to do about it. */
public abstract class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  protected StoreException(String message) {
    super(message);
  }

  protected StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

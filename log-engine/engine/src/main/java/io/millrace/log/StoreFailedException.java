package io.millrace.log;

import org.jspecify.annotations.Nullable;

/** A write or a sync failed: what was not yet durable may or may not survive. */
public final class StoreFailedException extends StoreException {
  private static final long serialVersionUID = 1;

  public StoreFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

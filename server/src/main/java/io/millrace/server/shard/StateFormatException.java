package io.millrace.server.shard;

import org.jspecify.annotations.Nullable;

/** A state record's bytes cannot be understood: damaged, or written by a newer version. */
public final class StateFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StateFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

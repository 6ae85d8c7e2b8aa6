package io.millrace.server.partition;

import org.jspecify.annotations.Nullable;

/** A partition cannot serve now; the same may be tried again. */
public final class PartitionUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean outcomeUnknown;

  public PartitionUnavailableException(
      String message, boolean outcomeUnknown, @Nullable Throwable cause) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** Whether what was to be appended may all the same be kept. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}

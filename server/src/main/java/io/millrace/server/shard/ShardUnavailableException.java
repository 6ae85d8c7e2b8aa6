package io.millrace.server.shard;

import org.jspecify.annotations.Nullable;

/** A shard cannot answer now, because its log has failed or it is closing. May be tried again. */
public final class ShardUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean outcomeUnknown;

  public ShardUnavailableException(
      String message, boolean outcomeUnknown, @Nullable Throwable cause) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** Whether the request may all the same have been carried out. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}

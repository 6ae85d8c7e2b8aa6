package io.millrace.server.door.kafka.wire;

import org.jspecify.annotations.Nullable;

/** A request that cannot be answered in its own terms: the connection has to be closed. */
final class RefusedRequestException extends Exception {
  private static final long serialVersionUID = 1;

  RefusedRequestException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

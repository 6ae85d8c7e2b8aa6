package io.millrace.server.door.jms;

import io.millrace.jms.wire.ErrorCode;

/** A request that this door itself refuses. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  RefusedException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  ErrorCode code() {
    return code;
  }
}

package io.millrace.server.group;

import org.apache.kafka.common.protocol.Errors;

/** Why a share group's cursor is not put to an offset. */
public final class ShareOffsetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Errors error;

  public ShareOffsetException(Errors error, String message) {
    super(message);
    this.error = error;
  }

  /** Kafka's word for it. */
  public Errors error() {
    return error;
  }
}

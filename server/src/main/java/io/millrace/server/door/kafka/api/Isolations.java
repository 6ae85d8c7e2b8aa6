package io.millrace.server.door.kafka.api;

import io.millrace.server.partition.Isolation;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.protocol.Errors;

/** The isolation levels of requests. */
final class Isolations {
  private Isolations() {}

  /**
   * What a request says.
   *
   * @throws org.apache.kafka.common.errors.InvalidRequestException there is no such level
   */
  static Isolation of(byte id) {
    if (id == IsolationLevel.READ_UNCOMMITTED.id()) {
      return Isolation.READ_UNCOMMITTED;
    }
    if (id == IsolationLevel.READ_COMMITTED.id()) {
      return Isolation.READ_COMMITTED;
    }
    throw Errors.INVALID_REQUEST.exception("there is no isolation level " + id);
  }
}

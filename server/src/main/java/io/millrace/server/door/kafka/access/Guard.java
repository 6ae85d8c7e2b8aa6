package io.millrace.server.door.kafka.access;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.security.acl.Grants;
import org.apache.kafka.common.requests.AbstractRequest;

/** Stands before the handler of one API. On the connection's event loop. */
@FunctionalInterface
interface Guard<T extends AbstractRequest> {

  /**
   * Takes out of a request what its sender may not do, and sees to it that the answer says so.
   *
   * @return false when nothing is left and the exchange is answered
   */
  boolean admit(T request, Exchange exchange, Grants grants);
}

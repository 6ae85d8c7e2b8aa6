package io.millrace.server.door.kafka.wire;

import org.apache.kafka.common.requests.AbstractRequest;

/** Answers the requests of one API. One object serves all connections. */
@FunctionalInterface
public interface RequestHandler<T extends AbstractRequest> {

  /**
   * Begins to answer a request, on the connection's event loop, without waiting. The exchange is
   * replied to exactly once, now or later, on any thread; what this throws is the answer too.
   */
  void handle(T request, Exchange exchange);
}

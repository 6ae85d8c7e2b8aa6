package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import io.millrace.server.group.RequestContext;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatResponse;

/** Everything that a member of a group of the new protocol has to say (KIP-848). */
public final class ConsumerGroupHeartbeatHandler
    implements RequestHandler<ConsumerGroupHeartbeatRequest> {
  private final GroupCoordinator groups;

  public ConsumerGroupHeartbeatHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(ConsumerGroupHeartbeatRequest request, Exchange exchange) {
    RequestContext context =
        new RequestContext(
            exchange.clientId(), "/" + exchange.connection().remoteHost(), request.version());
    groups.heartbeat(
        context, request.data(), exchange.replyWith(ConsumerGroupHeartbeatResponse::new));
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import io.millrace.server.group.RequestContext;
import org.apache.kafka.common.requests.ShareGroupHeartbeatRequest;
import org.apache.kafka.common.requests.ShareGroupHeartbeatResponse;

/** Everything that a member of a share group has to say of itself (KIP-932). */
public final class ShareGroupHeartbeatHandler
    implements RequestHandler<ShareGroupHeartbeatRequest> {
  private final GroupCoordinator groups;

  public ShareGroupHeartbeatHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(ShareGroupHeartbeatRequest request, Exchange exchange) {
    RequestContext context =
        new RequestContext(
            exchange.clientId(), "/" + exchange.connection().remoteHost(), request.version());
    groups.heartbeat(context, request.data(), exchange.replyWith(ShareGroupHeartbeatResponse::new));
  }
}

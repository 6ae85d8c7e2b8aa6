package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import io.millrace.server.group.RequestContext;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;

/** Lets members into a group; the answer comes when the next generation is complete. */
public final class JoinGroupHandler implements RequestHandler<JoinGroupRequest> {
  private final GroupCoordinator groups;

  public JoinGroupHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(JoinGroupRequest request, Exchange exchange) {
    RequestContext context =
        new RequestContext(
            exchange.clientId(), "/" + exchange.connection().remoteHost(), request.version());
    groups.join(
        context,
        request.data(),
        exchange.replyWith(answer -> new JoinGroupResponse(answer, request.version())));
  }
}

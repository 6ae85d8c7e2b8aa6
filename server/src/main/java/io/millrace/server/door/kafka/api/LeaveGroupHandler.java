package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupResponse;

/** Takes members out of a group (several since KIP-345). */
public final class LeaveGroupHandler implements RequestHandler<LeaveGroupRequest> {
  private final GroupCoordinator groups;

  public LeaveGroupHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(LeaveGroupRequest request, Exchange exchange) {
    groups.leave(request.data(), exchange.replyWith(LeaveGroupResponse::new));
  }
}

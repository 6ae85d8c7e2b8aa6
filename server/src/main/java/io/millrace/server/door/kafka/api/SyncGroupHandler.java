package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.requests.SyncGroupResponse;

/** Takes the assignment from a group's leader and gives each member its own. */
public final class SyncGroupHandler implements RequestHandler<SyncGroupRequest> {
  private final GroupCoordinator groups;

  public SyncGroupHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(SyncGroupRequest request, Exchange exchange) {
    groups.sync(request.data(), exchange.replyWith(SyncGroupResponse::new));
  }
}

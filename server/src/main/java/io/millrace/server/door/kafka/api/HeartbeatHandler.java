package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.HeartbeatResponse;

/** Keeps a member alive and tells it when a rebalance begins. */
public final class HeartbeatHandler implements RequestHandler<HeartbeatRequest> {
  private final GroupCoordinator groups;

  public HeartbeatHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(HeartbeatRequest request, Exchange exchange) {
    groups.heartbeat(request.data(), exchange.replyWith(HeartbeatResponse::new));
  }
}

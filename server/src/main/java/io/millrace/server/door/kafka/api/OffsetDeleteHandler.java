package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.OffsetDeleteResponse;

/** Deletes committed offsets of a group (KIP-496); the answer comes when that is durable. */
public final class OffsetDeleteHandler implements RequestHandler<OffsetDeleteRequest> {
  private final GroupCoordinator groups;

  public OffsetDeleteHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(OffsetDeleteRequest request, Exchange exchange) {
    groups.deleteOffsets(request.data(), exchange.replyWith(OffsetDeleteResponse::new));
  }
}

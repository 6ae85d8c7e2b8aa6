package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetCommitResponse;

/** Commits offsets; the answer comes when they are durable. */
public final class OffsetCommitHandler implements RequestHandler<OffsetCommitRequest> {
  private final GroupCoordinator groups;

  public OffsetCommitHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(OffsetCommitRequest request, Exchange exchange) {
    groups.commit(request.data(), request.version(), exchange.replyWith(OffsetCommitResponse::new));
  }
}

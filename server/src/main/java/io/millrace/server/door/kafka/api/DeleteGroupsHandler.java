package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.group.GroupCoordinator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.requests.DeleteGroupsRequest;
import org.apache.kafka.common.requests.DeleteGroupsResponse;

/** Deletes groups that have no members, with their offsets. */
public final class DeleteGroupsHandler implements RequestHandler<DeleteGroupsRequest> {
  private final GroupCoordinator groups;

  public DeleteGroupsHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(DeleteGroupsRequest request, Exchange exchange) {
    Set<String> asked = new LinkedHashSet<>(request.data().groupsNames());
    DeleteGroupsResponseData response = new DeleteGroupsResponseData();
    Tally tally = new Tally(asked.size(), () -> exchange.reply(new DeleteGroupsResponse(response)));
    for (String id : asked) {
      DeletableGroupResult result = AnswerElements.deletedGroup().setGroupId(id);
      response.results().mustAdd(result);
      groups.delete(
          id,
          tally.reply(
              error -> result.setErrorCode(error.code()),
              failure -> result.setErrorCode(WireErrors.of(failure).code())));
    }
  }
}

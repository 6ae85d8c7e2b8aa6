package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.group.GroupCoordinator;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsResponse;

/** Describes groups, their members and assignments. */
public final class DescribeGroupsHandler implements RequestHandler<DescribeGroupsRequest> {
  private static final int FIRST_VERSION_WITH_NOT_FOUND = 6;

  private final GroupCoordinator groups;

  public DescribeGroupsHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(DescribeGroupsRequest request, Exchange exchange) {
    // Who names a group twice is told of it once: answers are much larger than questions.
    List<String> asked = List.copyOf(new LinkedHashSet<>(request.data().groups()));
    DescribedGroup[] answers = new DescribedGroup[asked.size()];
    Tally tally =
        new Tally(
            asked.size(),
            () ->
                exchange.reply(
                    new DescribeGroupsResponse(
                        new DescribeGroupsResponseData().setGroups(List.of(answers)))));
    for (int i = 0; i < answers.length; i++) {
      int index = i;
      String id = asked.get(i);
      groups.describe(
          id,
          tally.reply(
              found -> answers[index] = dress(found, request),
              error ->
                  answers[index] =
                      new DescribedGroup()
                          .setGroupId(id)
                          .setErrorCode(WireErrors.of(error).code())));
    }
  }

  /** Before version 6 (KIP-1043) an unknown group was a dead one, without an error. */
  private static DescribedGroup dress(DescribedGroup group, DescribeGroupsRequest request) {
    if (request.version() < FIRST_VERSION_WITH_NOT_FOUND) {
      group.setErrorMessage(null);
      if (group.errorCode() == Errors.GROUP_ID_NOT_FOUND.code()) {
        group.setErrorCode(Errors.NONE.code());
      }
    }
    if (request.data().includeAuthorizedOperations()) {
      group.setAuthorizedOperations(Operations.ON_GROUP);
    }
    return group;
  }
}

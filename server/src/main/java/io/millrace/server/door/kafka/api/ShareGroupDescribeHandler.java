package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.group.GroupCoordinator;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.requests.ShareGroupDescribeRequest;
import org.apache.kafka.common.requests.ShareGroupDescribeResponse;

/** Describes share groups (KIP-932), their members and assignments. */
public final class ShareGroupDescribeHandler implements RequestHandler<ShareGroupDescribeRequest> {
  private final GroupCoordinator groups;

  public ShareGroupDescribeHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(ShareGroupDescribeRequest request, Exchange exchange) {
    // Who names a group twice is told of it once: answers are much larger than questions.
    List<String> asked = List.copyOf(new LinkedHashSet<>(request.data().groupIds()));
    DescribedGroup[] answers = new DescribedGroup[asked.size()];
    Tally tally =
        new Tally(
            asked.size(),
            () ->
                exchange.reply(
                    new ShareGroupDescribeResponse(
                        new ShareGroupDescribeResponseData().setGroups(List.of(answers)))));
    for (int i = 0; i < answers.length; i++) {
      int index = i;
      String id = asked.get(i);
      groups.describeShare(
          id,
          tally.reply(
              found -> {
                if (request.data().includeAuthorizedOperations()) {
                  found.setAuthorizedOperations(Operations.ON_GROUP);
                }
                answers[index] = found;
              },
              error ->
                  answers[index] =
                      new DescribedGroup()
                          .setGroupId(id)
                          .setErrorCode(WireErrors.of(error).code())));
    }
  }
}

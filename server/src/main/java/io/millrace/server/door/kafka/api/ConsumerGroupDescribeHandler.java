package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.group.GroupCoordinator;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.ConsumerGroupDescribeResponse;

/** Describes groups of the new protocol (KIP-848), their members and assignments. */
public final class ConsumerGroupDescribeHandler
    implements RequestHandler<ConsumerGroupDescribeRequest> {
  private final GroupCoordinator groups;

  public ConsumerGroupDescribeHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(ConsumerGroupDescribeRequest request, Exchange exchange) {
    // Who names a group twice is told of it once: answers are much larger than questions.
    List<String> asked = List.copyOf(new LinkedHashSet<>(request.data().groupIds()));
    DescribedGroup[] answers = new DescribedGroup[asked.size()];
    Tally tally =
        new Tally(
            asked.size(),
            () ->
                exchange.reply(
                    new ConsumerGroupDescribeResponse(
                        new ConsumerGroupDescribeResponseData().setGroups(List.of(answers)))));
    for (int i = 0; i < answers.length; i++) {
      int index = i;
      String id = asked.get(i);
      if (id.isEmpty()) {
        answers[i] = new DescribedGroup().setErrorCode(Errors.INVALID_GROUP_ID.code());
        tally.count();
        continue;
      }
      groups.describeConsumer(
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

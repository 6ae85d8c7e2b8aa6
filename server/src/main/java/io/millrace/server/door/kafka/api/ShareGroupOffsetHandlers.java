package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.group.GroupCoordinator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseGroup;
import org.apache.kafka.common.requests.AlterShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.AlterShareGroupOffsetsResponse;
import org.apache.kafka.common.requests.DeleteShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.DeleteShareGroupOffsetsResponse;
import org.apache.kafka.common.requests.DescribeShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.DescribeShareGroupOffsetsResponse;

/** Shows administrators where share groups are, and puts them elsewhere (KIP-932). */
public final class ShareGroupOffsetHandlers {
  private final GroupCoordinator groups;

  public ShareGroupOffsetHandlers(GroupCoordinator groups) {
    this.groups = groups;
  }

  public void describe(DescribeShareGroupOffsetsRequest request, Exchange exchange) {
    // Who names a group twice is told of it once: answers are much larger than questions.
    Map<String, DescribeShareGroupOffsetsRequestGroup> asked = new LinkedHashMap<>();
    request.data().groups().forEach(group -> asked.putIfAbsent(group.groupId(), group));
    DescribeShareGroupOffsetsResponseGroup[] answers =
        new DescribeShareGroupOffsetsResponseGroup[asked.size()];
    Tally tally =
        new Tally(
            asked.size(),
            () ->
                exchange.reply(
                    new DescribeShareGroupOffsetsResponse(
                        new DescribeShareGroupOffsetsResponseData().setGroups(List.of(answers)))));
    int i = 0;
    for (DescribeShareGroupOffsetsRequestGroup group : asked.values()) {
      int index = i++;
      groups.describeShareOffsets(
          group,
          tally.reply(
              found -> answers[index] = found,
              error ->
                  answers[index] =
                      new DescribeShareGroupOffsetsResponseGroup()
                          .setGroupId(group.groupId())
                          .setErrorCode(WireErrors.of(error).code())));
    }
  }

  public void alter(AlterShareGroupOffsetsRequest request, Exchange exchange) {
    groups.alterShareOffsets(
        request.data(), exchange.replyWith(AlterShareGroupOffsetsResponse::new));
  }

  public void delete(DeleteShareGroupOffsetsRequest request, Exchange exchange) {
    groups.deleteShareOffsets(
        request.data(), exchange.replyWith(DeleteShareGroupOffsetsResponse::new));
  }
}

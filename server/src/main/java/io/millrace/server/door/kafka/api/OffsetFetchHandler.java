package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.group.GroupCoordinator;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;

/** Gives the committed offsets of one group, or of several (KIP-709). */
public final class OffsetFetchHandler implements RequestHandler<OffsetFetchRequest> {
  private final GroupCoordinator groups;

  public OffsetFetchHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(OffsetFetchRequest request, Exchange exchange) {
    List<OffsetFetchRequestGroup> asked = request.groups();
    List<OffsetFetchResponseGroup> answers = new ArrayList<>();
    asked.forEach(group -> answers.add(new OffsetFetchResponseGroup().setGroupId(group.groupId())));
    Tally tally =
        new Tally(
            asked.size(),
            () ->
                exchange.reply(new OffsetFetchResponse.Builder(answers).build(request.version())));
    for (int i = 0; i < asked.size(); i++) {
      OffsetFetchResponseGroup answer = answers.get(i);
      groups.fetch(
          asked.get(i),
          request.requireStable(),
          tally.reply(
              found -> answer.setTopics(found.topics()).setErrorCode(found.errorCode()),
              error -> answer.setErrorCode(WireErrors.of(error).code())));
    }
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.ListGroupsResponse;

/** Lists groups, of all or of some states (KIP-518) and types (KIP-848). */
public final class ListGroupsHandler implements RequestHandler<ListGroupsRequest> {
  private final GroupCoordinator groups;

  public ListGroupsHandler(GroupCoordinator groups) {
    this.groups = groups;
  }

  @Override
  public void handle(ListGroupsRequest request, Exchange exchange) {
    List<String> states = lowerCase(request.data().statesFilter());
    List<String> types = lowerCase(request.data().typesFilter());
    groups.list(
        exchange.replyWith(
            all ->
                new ListGroupsResponse(
                    new ListGroupsResponseData()
                        .setGroups(
                            all.stream()
                                .filter(group -> isIn(states, group.groupState()))
                                .filter(group -> isIn(types, group.groupType()))
                                .toList()))));
  }

  private static List<String> lowerCase(List<String> words) {
    return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
  }

  private static boolean isIn(List<String> wanted, String word) {
    return wanted.isEmpty() || wanted.contains(word.toLowerCase(Locale.ROOT));
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.requests.ListPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.ListPartitionReassignmentsResponse;

/** Says that no partition is on its way to other brokers (KIP-455): there are none. */
public final class ListPartitionReassignmentsHandler
    implements RequestHandler<ListPartitionReassignmentsRequest> {

  @Override
  public void handle(ListPartitionReassignmentsRequest request, Exchange exchange) {
    // Partitions that are asked for and are not under way are left out, as unknown ones are.
    exchange.reply(
        new ListPartitionReassignmentsResponse(
            new ListPartitionReassignmentsResponseData().setErrorMessage(null)));
  }
}

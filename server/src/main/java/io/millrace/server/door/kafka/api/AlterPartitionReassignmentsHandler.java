package io.millrace.server.door.kafka.api;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import java.util.List;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsResponse;
import org.jspecify.annotations.Nullable;

/**
 * Moves partitions to where they are (KIP-455). Nothing else can be done, with one broker, and
 * nothing is ever under way that could be cancelled.
 */
public final class AlterPartitionReassignmentsHandler
    implements RequestHandler<AlterPartitionReassignmentsRequest> {
  private final CatalogView catalog;
  private final KafkaDoorConfig config;

  public AlterPartitionReassignmentsHandler(CatalogView catalog, KafkaDoorConfig config) {
    this.catalog = catalog;
    this.config = config;
  }

  @Override
  public void handle(AlterPartitionReassignmentsRequest request, Exchange exchange) {
    AlterPartitionReassignmentsResponseData response =
        new AlterPartitionReassignmentsResponseData()
            .setErrorMessage(null)
            .setAllowReplicationFactorChange(request.data().allowReplicationFactorChange());
    for (ReassignableTopic topic : request.data().topics()) {
      ReassignableTopicResponse result = new ReassignableTopicResponse().setName(topic.name());
      for (ReassignablePartition partition : topic.partitions()) {
        result.partitions().add(outcome(topic.name(), partition));
      }
      response.responses().add(result);
    }
    exchange.reply(new AlterPartitionReassignmentsResponse(response));
  }

  private ReassignablePartitionResponse outcome(String topic, ReassignablePartition asked) {
    ReassignablePartitionResponse result =
        new ReassignablePartitionResponse().setPartitionIndex(asked.partitionIndex());
    try {
      Topics.partition(catalog, topic, asked.partitionIndex());
      check(asked.replicas());
    } catch (RuntimeException e) {
      return result
          .setErrorCode(WireErrors.ofCatalog(e).code())
          .setErrorMessage(WireErrors.messageOf(e));
    }
    return result.setErrorMessage(null);
  }

  private void check(@Nullable List<Integer> replicas) {
    if (replicas == null) {
      throw Errors.NO_REASSIGNMENT_IN_PROGRESS.exception();
    }
    if (!replicas.equals(List.of(config.nodeId()))) {
      throw Errors.INVALID_REPLICA_ASSIGNMENT.exception(
          "there is one broker: every partition has one replica, on broker " + config.nodeId());
    }
  }
}

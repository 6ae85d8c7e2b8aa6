package io.millrace.server.door.kafka.api;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ElectLeadersRequest;
import org.apache.kafka.common.requests.ElectLeadersResponse;

/**
 * Says that no leader needs to be elected (KIP-460): this broker leads every partition there is.
 */
public final class ElectLeadersHandler implements RequestHandler<ElectLeadersRequest> {
  private final CatalogView catalog;

  public ElectLeadersHandler(CatalogView catalog) {
    this.catalog = catalog;
  }

  @Override
  public void handle(ElectLeadersRequest request, Exchange exchange) {
    byte type = request.data().electionType();
    if (type != ElectionType.PREFERRED.value && type != ElectionType.UNCLEAN.value) {
      throw Errors.INVALID_REQUEST.exception("there is no election of type " + type);
    }
    List<ReplicaElectionResult> results = new ArrayList<>();
    // Who asks for all is told of those that were necessary.
    if (request.data().topicPartitions() != null) {
      for (TopicPartitions topic : request.data().topicPartitions()) {
        ReplicaElectionResult result = new ReplicaElectionResult().setTopic(topic.topic());
        for (int index : topic.partitions()) {
          result.partitionResult().add(outcome(topic.topic(), index));
        }
        results.add(result);
      }
    }
    exchange.reply(new ElectLeadersResponse(0, Errors.NONE.code(), results, exchange.version()));
  }

  private PartitionResult outcome(String topic, int index) {
    PartitionResult result = new PartitionResult().setPartitionId(index);
    try {
      Topics.partition(catalog, topic, index);
    } catch (RuntimeException e) {
      return result
          .setErrorCode(WireErrors.ofCatalog(e).code())
          .setErrorMessage(WireErrors.messageOf(e));
    }
    return result
        .setErrorCode(Errors.ELECTION_NOT_NEEDED.code())
        .setErrorMessage(Errors.ELECTION_NOT_NEEDED.message());
  }
}

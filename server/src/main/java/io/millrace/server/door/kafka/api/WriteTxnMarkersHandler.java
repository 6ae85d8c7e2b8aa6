package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.producer.ProducerIdentity;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerPartitionResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;

/**
 * Ends transactions in single partitions, whatever their coordinator thinks: for administrators, as
 * by {@code kafka-transactions.sh abort}. The server's own markers do not come this way.
 */
public final class WriteTxnMarkersHandler implements RequestHandler<WriteTxnMarkersRequest> {
  private final Broker broker;

  public WriteTxnMarkersHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(WriteTxnMarkersRequest request, Exchange exchange) {
    WriteTxnMarkersResponseData response = new WriteTxnMarkersResponseData();
    int partitions = 0;
    for (WritableTxnMarker marker : request.data().markers()) {
      for (WritableTxnMarkerTopic topic : marker.topics()) {
        partitions += topic.partitionIndexes().size();
      }
    }
    Tally tally =
        new Tally(partitions, () -> exchange.reply(new WriteTxnMarkersResponse(response)));
    for (WritableTxnMarker marker : request.data().markers()) {
      WritableTxnMarkerResult result =
          new WritableTxnMarkerResult().setProducerId(marker.producerId());
      response.markers().add(result);
      for (WritableTxnMarkerTopic topic : marker.topics()) {
        WritableTxnMarkerTopicResult topicResult =
            new WritableTxnMarkerTopicResult().setName(topic.name());
        result.topics().add(topicResult);
        for (int index : topic.partitionIndexes()) {
          WritableTxnMarkerPartitionResult partition =
              new WritableTxnMarkerPartitionResult().setPartitionIndex(index);
          topicResult.partitions().add(partition);
          write(marker, topic.name(), partition, tally);
        }
      }
    }
  }

  private void write(
      WritableTxnMarker marker,
      String topic,
      WritableTxnMarkerPartitionResult partition,
      Tally tally) {
    LogId id;
    try {
      if (marker.producerId() < 0 || marker.producerEpoch() < 0) {
        throw Errors.INVALID_REQUEST.exception("a marker without a producer");
      }
      id = Topics.partition(broker.catalog(), topic, partition.partitionIndex());
    } catch (RuntimeException e) {
      partition.setErrorCode(WireErrors.ofPartition(e).code());
      tally.count();
      return;
    }
    broker.endTransaction(
        id,
        new ProducerIdentity(marker.producerId(), marker.producerEpoch()),
        marker.transactionResult(),
        tally.reply(
            written -> partition.setErrorCode(Errors.NONE.code()),
            error -> partition.setErrorCode(WireErrors.ofPartition(error).code())));
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.log.TimestampOffset;
import io.millrace.server.broker.Broker;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.partition.Isolation;
import java.util.Optional;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;

/**
 * Finds offsets by time (KIP-79): the first, the last, of a time, of the greatest timestamp. To who
 * reads committed records only, the partition ends at its last stable offset (KIP-98).
 */
public final class ListOffsetsHandler implements RequestHandler<ListOffsetsRequest> {
  /** From this version on the answer holds a leader epoch; librdkafka asks with older ones. */
  private static final short WITH_LEADER_EPOCH = 4;

  private final Broker broker;

  public ListOffsetsHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(ListOffsetsRequest request, Exchange exchange) {
    Isolation isolation = Isolations.of(request.data().isolationLevel());
    ListOffsetsResponseData response = new ListOffsetsResponseData();
    int partitions = request.topics().stream().mapToInt(topic -> topic.partitions().size()).sum();
    Tally tally = new Tally(partitions, () -> exchange.reply(new ListOffsetsResponse(response)));
    for (ListOffsetsTopic topic : request.topics()) {
      ListOffsetsTopicResponse topicResponse = new ListOffsetsTopicResponse().setName(topic.name());
      response.topics().add(topicResponse);
      for (ListOffsetsPartition partition : topic.partitions()) {
        ListOffsetsPartitionResponse answer =
            new ListOffsetsPartitionResponse().setPartitionIndex(partition.partitionIndex());
        topicResponse.partitions().add(answer);
        find(topic.name(), partition, isolation, answer, exchange.version(), tally);
      }
    }
  }

  private void find(
      String topic,
      ListOffsetsPartition asked,
      Isolation isolation,
      ListOffsetsPartitionResponse answer,
      short version,
      Tally tally) {
    LogId id;
    try {
      id = Topics.partition(broker.catalog(), topic, asked.partitionIndex());
      Topics.checkLeaderEpoch(asked.currentLeaderEpoch());
      if (asked.timestamp() < ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP) {
        throw Errors.UNSUPPORTED_VERSION.exception();
      }
    } catch (RuntimeException e) {
      failed(answer, e);
      tally.count();
      return;
    }
    broker.listOffset(
        id,
        asked.timestamp(),
        isolation,
        tally.reply(found -> found(answer, found, version), error -> failed(answer, error)));
  }

  private static void found(
      ListOffsetsPartitionResponse answer, Optional<TimestampOffset> found, short version) {
    if (found.isPresent()) {
      answer.setTimestamp(found.get().timestampMs()).setOffset(found.get().offset());
      if (version >= WITH_LEADER_EPOCH) {
        answer.setLeaderEpoch(Node.LEADER_EPOCH);
      }
    }
  }

  private static void failed(ListOffsetsPartitionResponse answer, RuntimeException failure) {
    answer.setErrorCode(WireErrors.ofPartition(failure).code());
  }
}

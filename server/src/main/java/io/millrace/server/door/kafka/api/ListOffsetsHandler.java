package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.log.TimestampOffset;
import io.millrace.server.broker.Broker;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.partition.Isolation;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
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

  /** From which version on clients may ask for the kinds -3, -4 and so on. */
  private static final int[] KINDS_SINCE = {7, 8, 9, 11};

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
    // Who asks for a partition twice is told so once.
    Set<TopicPartition> told = new HashSet<>();
    for (ListOffsetsTopic topic : request.topics()) {
      ListOffsetsTopicResponse topicResponse = new ListOffsetsTopicResponse().setName(topic.name());
      response.topics().add(topicResponse);
      for (ListOffsetsPartition partition : topic.partitions()) {
        TopicPartition named = new TopicPartition(topic.name(), partition.partitionIndex());
        boolean repeated = request.duplicatePartitions().contains(named);
        if (repeated && !told.add(named)) {
          tally.count();
          continue;
        }
        ListOffsetsPartitionResponse answer =
            new ListOffsetsPartitionResponse().setPartitionIndex(partition.partitionIndex());
        topicResponse.partitions().add(answer);
        if (repeated) {
          failed(answer, Errors.INVALID_REQUEST.exception("a partition is asked for twice"));
          tally.count();
        } else {
          find(topic.name(), partition, isolation, answer, exchange.version(), tally);
        }
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
      checkKind(asked.timestamp(), version);
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

  private static void checkKind(long timestamp, short version) {
    if (timestamp > ListOffsetsRequest.MAX_TIMESTAMP) {
      return;
    }
    long kind = ListOffsetsRequest.MAX_TIMESTAMP - timestamp;
    if (kind >= KINDS_SINCE.length || version < KINDS_SINCE[(int) kind]) {
      throw Errors.UNSUPPORTED_VERSION.exception();
    }
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

package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.partition.PartitionView;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeProducersRequest;
import org.apache.kafka.common.requests.DescribeProducersResponse;

/**
 * Shows the idempotent producers of partitions (KIP-664), as their logs know them, and where their
 * open transactions begin.
 */
public final class DescribeProducersHandler implements RequestHandler<DescribeProducersRequest> {
  /** Producers in one answer, of all partitions together. */
  private static final int MAX_PRODUCERS = 200_000;

  /** Logs do not keep the epoch of the coordinator that ended a producer's last transaction. */
  private static final int NO_COORDINATOR_EPOCH = -1;

  private final Broker broker;

  public DescribeProducersHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(DescribeProducersRequest request, Exchange exchange) {
    DescribeProducersResponseData response = new DescribeProducersResponseData();
    int partitions =
        request.data().topics().stream().mapToInt(topic -> topic.partitionIndexes().size()).sum();
    AtomicInteger room = new AtomicInteger(MAX_PRODUCERS);
    Tally tally =
        new Tally(partitions, () -> exchange.reply(new DescribeProducersResponse(response)));
    for (TopicRequest topic : request.data().topics()) {
      TopicResponse topicResponse = new TopicResponse().setName(topic.name());
      response.topics().add(topicResponse);
      for (int index : topic.partitionIndexes()) {
        PartitionResponse answer = new PartitionResponse().setPartitionIndex(index);
        topicResponse.partitions().add(answer);
        describe(topic.name(), index, answer, room, tally);
      }
    }
  }

  private void describe(
      String topic, int index, PartitionResponse answer, AtomicInteger room, Tally tally) {
    LogId id;
    try {
      id = Topics.partition(broker.catalog(), topic, index);
    } catch (RuntimeException e) {
      failed(answer, e);
      tally.count();
      return;
    }
    broker.openPartition(
        id, tally.reply(view -> describe(view, answer, room), error -> failed(answer, error)));
  }

  private static void describe(PartitionView view, PartitionResponse answer, AtomicInteger room) {
    if (room.get() <= 0) {
      throw tooMany();
    }
    List<io.millrace.log.ProducerState> producers = view.log().producers();
    if (room.addAndGet(-producers.size()) < 0) {
      throw tooMany();
    }
    for (io.millrace.log.ProducerState producer : producers) {
      answer
          .activeProducers()
          .add(
              new ProducerState()
                  .setProducerId(producer.producerId())
                  .setProducerEpoch(producer.epoch())
                  .setLastSequence(producer.lastSequence())
                  .setLastTimestamp(producer.lastTimestampMs())
                  .setCoordinatorEpoch(NO_COORDINATOR_EPOCH)
                  .setCurrentTxnStartOffset(producer.transactionStartOffset()));
    }
  }

  private static RuntimeException tooMany() {
    return Errors.POLICY_VIOLATION.exception(
        "one answer holds " + MAX_PRODUCERS + " producers at most; ask for fewer partitions");
  }

  private static void failed(PartitionResponse answer, RuntimeException failure) {
    answer
        .setErrorCode(WireErrors.ofPartition(failure).code())
        .setErrorMessage(WireErrors.messageOf(failure));
  }
}

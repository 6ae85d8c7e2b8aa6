package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.partition.PartitionView;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;

/**
 * Says where the epochs of leaders end, by which consumers find out whether a log was cut
 * (KIP-320). Here no durable record is ever taken back, and there is one epoch.
 */
public final class OffsetForLeaderEpochHandler
    implements RequestHandler<OffsetsForLeaderEpochRequest> {
  private final Broker broker;

  public OffsetForLeaderEpochHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(OffsetsForLeaderEpochRequest request, Exchange exchange) {
    OffsetForLeaderEpochResponseData response = new OffsetForLeaderEpochResponseData();
    int partitions =
        request.data().topics().stream().mapToInt(topic -> topic.partitions().size()).sum();
    Tally tally =
        new Tally(partitions, () -> exchange.reply(new OffsetsForLeaderEpochResponse(response)));
    for (OffsetForLeaderTopic topic : request.data().topics()) {
      OffsetForLeaderTopicResult topicResult =
          AnswerElements.topicOfEpochs().setTopic(topic.topic());
      response.topics().mustAdd(topicResult);
      for (OffsetForLeaderPartition partition : topic.partitions()) {
        EpochEndOffset result = new EpochEndOffset().setPartition(partition.partition());
        topicResult.partitions().add(result);
        find(topic.topic(), partition, result, tally);
      }
    }
  }

  private void find(
      String topic, OffsetForLeaderPartition asked, EpochEndOffset result, Tally tally) {
    LogId id;
    try {
      id = Topics.partition(broker.catalog(), topic, asked.partition());
      Topics.checkLeaderEpoch(asked.currentLeaderEpoch());
    } catch (RuntimeException e) {
      failed(result, e);
      tally.count();
      return;
    }
    broker.openPartition(
        id, tally.reply(view -> found(asked, result, view), error -> failed(result, error)));
  }

  private static void found(
      OffsetForLeaderPartition asked, EpochEndOffset result, PartitionView view) {
    if (asked.leaderEpoch() == Node.LEADER_EPOCH) {
      result.setLeaderEpoch(Node.LEADER_EPOCH).setEndOffset(view.highWatermark());
    }
  }

  private static void failed(EpochEndOffset result, RuntimeException failure) {
    result.setErrorCode(WireErrors.ofPartition(failure).code());
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.requests.DeleteRecordsResponse;

/** Moves the start of partitions up (KIP-107). */
public final class DeleteRecordsHandler implements RequestHandler<DeleteRecordsRequest> {
  private final Broker broker;

  public DeleteRecordsHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(DeleteRecordsRequest request, Exchange exchange) {
    DeleteRecordsResponseData response = new DeleteRecordsResponseData();
    int partitions =
        request.data().topics().stream().mapToInt(topic -> topic.partitions().size()).sum();
    Tally tally = new Tally(partitions, () -> exchange.reply(new DeleteRecordsResponse(response)));
    for (DeleteRecordsTopic topic : request.data().topics()) {
      DeleteRecordsTopicResult topicResult =
          AnswerElements.topicOfDeletedRecords().setName(topic.name());
      response.topics().mustAdd(topicResult);
      for (DeleteRecordsPartition partition : topic.partitions()) {
        DeleteRecordsPartitionResult result =
            AnswerElements.partitionOfDeletedRecords()
                .setPartitionIndex(partition.partitionIndex())
                .setLowWatermark(DeleteRecordsResponse.INVALID_LOW_WATERMARK);
        topicResult.partitions().mustAdd(result);
        delete(topic.name(), partition, result, tally);
      }
    }
  }

  private void delete(
      String topic,
      DeleteRecordsPartition asked,
      DeleteRecordsPartitionResult result,
      Tally tally) {
    LogId id;
    try {
      id = Topics.partition(broker.catalog(), topic, asked.partitionIndex());
      checkPolicy(id);
    } catch (RuntimeException e) {
      failed(result, e);
      tally.count();
      return;
    }
    broker.deleteRecords(
        id, asked.offset(), tally.reply(result::setLowWatermark, error -> failed(result, error)));
  }

  /** Where nothing is ever deleted but what is superseded, nobody deletes by offset either. */
  private void checkPolicy(LogId id) {
    Topic topic = broker.catalog().find(id.group());
    if (topic != null && !broker.catalog().configs().isDeletedByRetention(topic)) {
      throw Errors.POLICY_VIOLATION.exception();
    }
  }

  private static void failed(DeleteRecordsPartitionResult result, RuntimeException failure) {
    result.setErrorCode(WireErrors.ofPartition(failure).code());
  }
}

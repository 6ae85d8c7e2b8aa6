package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.producer.ProducerKey;
import io.millrace.server.shard.Reply;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnPartitionResult;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AddPartitionsToTxnRequest;
import org.apache.kafka.common.requests.AddPartitionsToTxnResponse;

/**
 * Adds partitions to a transaction, as clients do before they write to them where transactions are
 * not of version 2. All partitions are added, or none.
 */
public final class AddPartitionsToTxnHandler implements RequestHandler<AddPartitionsToTxnRequest> {
  /** Clients know PRODUCER_FENCED from this version on. */
  private static final int FENCING_SINCE = 2;

  private final Broker broker;

  public AddPartitionsToTxnHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(AddPartitionsToTxnRequest request, Exchange exchange) {
    AddPartitionsToTxnRequestData data = request.data();
    if (data.v3AndBelowTransactionalId().isEmpty()) {
      exchange.reply(answer(data, Errors.INVALID_REQUEST, Errors.INVALID_REQUEST));
      return;
    }
    Set<LogId> partitions = new LinkedHashSet<>();
    boolean allThere = true;
    for (AddPartitionsToTxnTopic topic : data.v3AndBelowTopics()) {
      Topic found = broker.catalog().find(topic.name());
      for (int index : topic.partitions()) {
        if (found != null && found.hasPartition(index)) {
          partitions.add(found.partition(index));
        } else {
          allThere = false;
        }
      }
    }
    if (!allThere) {
      exchange.reply(
          answer(data, Errors.OPERATION_NOT_ATTEMPTED, Errors.UNKNOWN_TOPIC_OR_PARTITION));
      return;
    }
    Reply<Void> reply =
        new Reply<>() {
          @Override
          public void ok(Void response) {
            exchange.reply(answer(data, Errors.NONE, Errors.NONE));
          }

          @Override
          public void fail(RuntimeException failure) {
            Errors error = WireErrors.of(failure);
            exchange.reply(answer(data, error, error));
          }
        };
    broker
        .producers()
        .joinPartitions(
            new ProducerKey(
                data.v3AndBelowTransactionalId(),
                data.v3AndBelowProducerId(),
                data.v3AndBelowProducerEpoch()),
            partitions,
            ProducerFencing.saidTo(exchange.version() >= FENCING_SINCE, reply));
  }

  /**
   * An answer for every partition.
   *
   * @param there for those that exist
   * @param missing for those that do not
   */
  private AddPartitionsToTxnResponse answer(
      AddPartitionsToTxnRequestData data, Errors there, Errors missing) {
    AddPartitionsToTxnResponseData response = new AddPartitionsToTxnResponseData();
    for (AddPartitionsToTxnTopic topic : data.v3AndBelowTopics()) {
      Topic found = broker.catalog().find(topic.name());
      AddPartitionsToTxnTopicResult result =
          AnswerElements.topicInTransaction().setName(topic.name());
      for (int index : topic.partitions()) {
        boolean exists = found != null && found.hasPartition(index);
        AddPartitionsToTxnPartitionResult partition =
            AnswerElements.partitionInTransaction().setPartitionIndex(index);
        result
            .resultsByPartition()
            .mustAdd(partition.setPartitionErrorCode((exists ? there : missing).code()));
      }
      response.resultsByTopicV3AndBelow().mustAdd(result);
    }
    return new AddPartitionsToTxnResponse(response);
  }
}

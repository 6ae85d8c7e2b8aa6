package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.producer.ProducerCoordinator;
import io.millrace.server.producer.ProducerKey;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AddOffsetsToTxnRequest;
import org.apache.kafka.common.requests.AddOffsetsToTxnResponse;

/**
 * Adds a consumer group to a transaction, as clients do before they commit its offsets where
 * transactions are not of version 2.
 */
public final class AddOffsetsToTxnHandler implements RequestHandler<AddOffsetsToTxnRequest> {
  /** Clients know PRODUCER_FENCED from this version on. */
  private static final int FENCING_SINCE = 2;

  private final ProducerCoordinator producers;

  public AddOffsetsToTxnHandler(ProducerCoordinator producers) {
    this.producers = producers;
  }

  @Override
  public void handle(AddOffsetsToTxnRequest request, Exchange exchange) {
    AddOffsetsToTxnRequestData data = request.data();
    if (data.transactionalId().isEmpty()) {
      exchange.fail(Errors.INVALID_REQUEST);
    } else if (data.groupId().isEmpty()) {
      exchange.fail(Errors.INVALID_GROUP_ID);
    } else {
      producers.joinGroup(
          new ProducerKey(data.transactionalId(), data.producerId(), data.producerEpoch()),
          data.groupId(),
          ProducerFencing.saidTo(
              exchange.version() >= FENCING_SINCE,
              exchange.replyWith(
                  joined -> new AddOffsetsToTxnResponse(new AddOffsetsToTxnResponseData()))));
    }
  }
}

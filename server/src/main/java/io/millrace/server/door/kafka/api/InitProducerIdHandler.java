package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.producer.InitProducer;
import io.millrace.server.producer.ProducerIdentity;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;

/**
 * Gives producers their ids: idempotent ones a new id, those with a transactional id theirs, in the
 * next epoch. A transaction that was left open is aborted before the answer, where Kafka says
 * CONCURRENT_TRANSACTIONS and lets the client ask again and again.
 */
public final class InitProducerIdHandler implements RequestHandler<InitProducerIdRequest> {
  /** Clients know PRODUCER_FENCED from this version on. */
  private static final int FENCING_SINCE = 4;

  private final Broker broker;

  public InitProducerIdHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(InitProducerIdRequest request, Exchange exchange) {
    InitProducerIdRequestData data = request.data();
    boolean hasId = data.producerId() != RecordBatch.NO_PRODUCER_ID;
    boolean hasEpoch = data.producerEpoch() != RecordBatch.NO_PRODUCER_EPOCH;
    String transactionalId = data.transactionalId();
    if (hasId != hasEpoch || (transactionalId != null && transactionalId.isEmpty())) {
      exchange.fail(Errors.INVALID_REQUEST);
    } else if (transactionalId == null) {
      broker.nextProducerId(exchange.replyWith(id -> answer(new ProducerIdentity(id, (short) 0))));
    } else {
      ProducerIdentity expected =
          hasId ? new ProducerIdentity(data.producerId(), data.producerEpoch()) : null;
      broker
          .producers()
          .init(
              new InitProducer(transactionalId, data.transactionTimeoutMs(), expected),
              ProducerFencing.saidTo(
                  exchange.version() >= FENCING_SINCE,
                  exchange.replyWith(InitProducerIdHandler::answer)));
    }
  }

  private static InitProducerIdResponse answer(ProducerIdentity identity) {
    return new InitProducerIdResponse(
        new InitProducerIdResponseData()
            .setProducerId(identity.producerId())
            .setProducerEpoch(identity.epoch()));
  }
}

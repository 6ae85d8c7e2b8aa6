package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.producer.ProducerCoordinator;
import io.millrace.server.producer.ProducerIdentity;
import io.millrace.server.producer.ProducerKey;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.EndTxnResponse;

/**
 * Commits or aborts a transaction; the answer comes when every participant knows. From version 5 on
 * the producer gets another epoch with it (KIP-890).
 */
public final class EndTxnHandler implements RequestHandler<EndTxnRequest> {
  /** Clients know PRODUCER_FENCED from this version on. */
  private static final int FENCING_SINCE = 2;

  private final ProducerCoordinator producers;

  public EndTxnHandler(ProducerCoordinator producers) {
    this.producers = producers;
  }

  @Override
  public void handle(EndTxnRequest request, Exchange exchange) {
    EndTxnRequestData data = request.data();
    if (data.transactionalId().isEmpty()) {
      exchange.fail(Errors.INVALID_REQUEST);
      return;
    }
    boolean bump = exchange.version() > EndTxnRequest.LAST_STABLE_VERSION_BEFORE_TRANSACTION_V2;
    producers.end(
        new ProducerKey(data.transactionalId(), data.producerId(), data.producerEpoch()),
        data.committed(),
        bump,
        ProducerFencing.saidTo(
            exchange.version() >= FENCING_SINCE,
            exchange.replyWith(identity -> new EndTxnResponse(answer(identity, bump)))));
  }

  private static EndTxnResponseData answer(ProducerIdentity identity, boolean bump) {
    EndTxnResponseData answer = new EndTxnResponseData();
    return bump
        ? answer.setProducerId(identity.producerId()).setProducerEpoch(identity.epoch())
        : answer;
  }
}

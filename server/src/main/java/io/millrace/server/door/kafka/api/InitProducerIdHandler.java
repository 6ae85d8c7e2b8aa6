package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;

/**
 * Gives idempotent producers their ids. Transactional producers are refused in a way that their
 * clients take as final: there are no Kafka transactions yet.
 */
public final class InitProducerIdHandler implements RequestHandler<InitProducerIdRequest> {
  private final Broker broker;

  public InitProducerIdHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(InitProducerIdRequest request, Exchange exchange) {
    if (request.data().transactionalId() != null) {
      exchange.fail(
          request.data().transactionalId().isEmpty()
              ? Errors.INVALID_REQUEST
              : Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
      return;
    }
    InitProducerIdResponseData response = new InitProducerIdResponseData();
    Tally tally = new Tally(1, () -> exchange.reply(new InitProducerIdResponse(response)));
    broker.nextProducerId(
        tally.reply(
            id -> response.setProducerId(id).setProducerEpoch((short) 0),
            error -> response.setErrorCode(WireErrors.of(error).code())));
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;
import org.apache.kafka.common.requests.FindCoordinatorResponse;

/** Says who coordinates a group or a transactional id: this server. */
public final class FindCoordinatorHandler implements RequestHandler<FindCoordinatorRequest> {
  private final KafkaDoorConfig config;

  public FindCoordinatorHandler(KafkaDoorConfig config) {
    this.config = config;
  }

  @Override
  public void handle(FindCoordinatorRequest request, Exchange exchange) {
    Errors error = errorOf(request.data().keyType());
    Node node = error == Errors.NONE ? Node.of(config, exchange) : new Node(-1, "", -1);
    FindCoordinatorResponseData response = new FindCoordinatorResponseData();
    if (request.version() < FindCoordinatorRequest.MIN_BATCHED_VERSION) {
      exchange.reply(
          new FindCoordinatorResponse(
              response
                  .setErrorCode(error.code())
                  .setErrorMessage(error == Errors.NONE ? null : error.message())
                  .setNodeId(node.id())
                  .setHost(node.host())
                  .setPort(node.port())));
      return;
    }
    for (String key : request.data().coordinatorKeys()) {
      response
          .coordinators()
          .add(
              new Coordinator()
                  .setKey(key)
                  .setErrorCode(error.code())
                  .setErrorMessage(error == Errors.NONE ? null : error.message())
                  .setNodeId(node.id())
                  .setHost(node.host())
                  .setPort(node.port()));
    }
    exchange.reply(new FindCoordinatorResponse(response));
  }

  private static Errors errorOf(byte keyType) {
    return keyType == CoordinatorType.GROUP.id() || keyType == CoordinatorType.TRANSACTION.id()
        ? Errors.NONE
        : Errors.INVALID_REQUEST;
  }
}

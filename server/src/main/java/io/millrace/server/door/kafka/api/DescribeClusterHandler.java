package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeClusterRequest;
import org.apache.kafka.common.requests.DescribeClusterResponse;

/** Describes the cluster of one broker (KIP-700). There are no controllers to connect to. */
public final class DescribeClusterHandler implements RequestHandler<DescribeClusterRequest> {
  private static final byte CONTROLLERS = 2;
  private static final byte BROKERS = 1;

  private final KafkaDoorConfig config;

  public DescribeClusterHandler(KafkaDoorConfig config) {
    this.config = config;
  }

  @Override
  public void handle(DescribeClusterRequest request, Exchange exchange) {
    DescribeClusterResponseData response =
        new DescribeClusterResponseData().setEndpointType(BROKERS).setClusterId(config.clusterId());
    byte asked = request.data().endpointType();
    if (asked != BROKERS) {
      Errors error =
          asked == CONTROLLERS ? Errors.MISMATCHED_ENDPOINT_TYPE : Errors.UNSUPPORTED_ENDPOINT_TYPE;
      exchange.reply(
          new DescribeClusterResponse(
              response
                  .setErrorCode(error.code())
                  .setErrorMessage("this is a broker and knows brokers only")));
      return;
    }
    Node node = Node.of(config, exchange);
    response
        .setControllerId(node.id())
        .brokers()
        .add(
            new DescribeClusterBroker()
                .setBrokerId(node.id())
                .setHost(node.host())
                .setPort(node.port()));
    if (request.data().includeClusterAuthorizedOperations()) {
      response.setClusterAuthorizedOperations(Operations.ON_CLUSTER);
    }
    exchange.reply(new DescribeClusterResponse(response));
  }
}

package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.producer.TransactionInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TransactionState;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeTransactionsRequest;
import org.apache.kafka.common.requests.DescribeTransactionsResponse;

/** Shows what the coordinator knows of transactional ids (KIP-664). */
public final class DescribeTransactionsHandler
    implements RequestHandler<DescribeTransactionsRequest> {
  private final Broker broker;

  public DescribeTransactionsHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(DescribeTransactionsRequest request, Exchange exchange) {
    Set<String> asked = new LinkedHashSet<>(request.data().transactionalIds());
    DescribeTransactionsResponseData response = new DescribeTransactionsResponseData();
    Tally tally =
        new Tally(asked.size(), () -> exchange.reply(new DescribeTransactionsResponse(response)));
    for (String id : asked) {
      TransactionState state = new TransactionState().setTransactionalId(id);
      response.transactionStates().add(state);
      if (id.isEmpty()) {
        state.setErrorCode(Errors.INVALID_REQUEST.code());
        tally.count();
      } else {
        broker
            .producers()
            .describe(
                id,
                tally.reply(
                    found ->
                        found.ifPresentOrElse(
                            info -> fill(state, info),
                            () -> state.setErrorCode(Errors.TRANSACTIONAL_ID_NOT_FOUND.code())),
                    error -> state.setErrorCode(WireErrors.of(error).code())));
      }
    }
  }

  private void fill(TransactionState state, TransactionInfo info) {
    state
        .setProducerId(info.identity().producerId())
        .setProducerEpoch(info.identity().epoch())
        .setTransactionState(info.state().wireName())
        .setTransactionTimeoutMs(info.timeoutMs())
        .setTransactionStartTimeMs(info.startMs());
    Map<String, List<Integer>> partitions = new LinkedHashMap<>();
    for (LogId partition : info.partitions()) {
      Topic topic = broker.catalog().find(partition.group());
      if (topic != null) {
        partitions.computeIfAbsent(topic.name(), name -> new ArrayList<>()).add(partition.index());
      }
    }
    partitions.forEach(
        (topic, indexes) ->
            state
                .topics()
                .mustAdd(
                    AnswerElements.topicOfTransaction().setTopic(topic).setPartitions(indexes)));
  }
}

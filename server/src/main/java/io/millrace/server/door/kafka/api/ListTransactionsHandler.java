package io.millrace.server.door.kafka.api;

import io.millrace.kernel.Clock;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.producer.ProducerCoordinator;
import io.millrace.server.producer.TransactionInfo;
import io.millrace.server.producer.TransactionState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.requests.ListTransactionsRequest;
import org.apache.kafka.common.requests.ListTransactionsResponse;

/**
 * Lists transactional ids (KIP-664), by state, producer, duration (KIP-994) and name (KIP-1152).
 */
public final class ListTransactionsHandler implements RequestHandler<ListTransactionsRequest> {
  private final ProducerCoordinator producers;
  private final Clock clock;

  public ListTransactionsHandler(ProducerCoordinator producers, Clock clock) {
    this.producers = producers;
    this.clock = clock;
  }

  @Override
  public void handle(ListTransactionsRequest request, Exchange exchange) {
    Filter filter = new Filter(request.data(), clock.wallMs());
    producers.list(
        exchange.replyWith(
            all -> {
              ListTransactionsResponseData response =
                  new ListTransactionsResponseData().setUnknownStateFilters(filter.unknownStates);
              for (TransactionInfo info : all) {
                if (filter.takes(info)) {
                  response
                      .transactionStates()
                      .add(
                          new ListTransactionsResponseData.TransactionState()
                              .setTransactionalId(info.transactionalId())
                              .setProducerId(info.identity().producerId())
                              .setTransactionState(info.state().wireName()));
                }
              }
              return new ListTransactionsResponse(response);
            }));
  }

  /** What a client wants to see. */
  private static final class Filter {
    private final Set<TransactionState> states = EnumSet.noneOf(TransactionState.class);
    private final List<String> unknownStates = new ArrayList<>();
    private final boolean anyState;
    private final Set<Long> producerIds;
    private final long durationMs;
    private final IdPattern pattern;
    private final long nowMs;

    Filter(ListTransactionsRequestData asked, long nowMs) {
      for (String name : asked.stateFilters()) {
        TransactionState state = TransactionState.ofWireName(name);
        if (state == null) {
          unknownStates.add(name);
        } else {
          states.add(state);
        }
      }
      this.anyState = asked.stateFilters().isEmpty();
      this.producerIds = new HashSet<>(asked.producerIdFilters());
      this.durationMs = asked.durationFilter();
      this.pattern = new IdPattern(asked.transactionalIdPattern());
      this.nowMs = nowMs;
    }

    boolean takes(TransactionInfo info) {
      return (anyState || states.contains(info.state()))
          && (producerIds.isEmpty() || producerIds.contains(info.identity().producerId()))
          && (durationMs < 0 || isLonger(info))
          && pattern.matches(info.transactionalId());
    }

    private boolean isLonger(TransactionInfo info) {
      return info.startMs() >= 0 && nowMs - info.startMs() > durationMs;
    }
  }
}

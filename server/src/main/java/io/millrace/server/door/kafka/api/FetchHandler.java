package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.door.kafka.fetch.FetchSession;
import io.millrace.server.door.kafka.fetch.FetchSessionLimit;
import io.millrace.server.door.kafka.fetch.FetchSessions;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.partition.Isolation;
import org.apache.kafka.common.requests.FetchRequest;

/**
 * Reads durable records for consumers, by long poll: an answer waits until there are enough bytes
 * or the time is up. Records go from the log to the socket without being looked at: who reads
 * committed records only gets those below the last stable offset, and with them a list of the
 * aborted transactions, whose records it leaves out itself (KIP-98).
 */
public final class FetchHandler implements RequestHandler<FetchRequest> {
  private static final int FIRST_VERSION_WITH_TOPIC_IDS = 13;

  private final Broker broker;
  private final KafkaDoorConfig config;
  private final FetchSessionLimit sessionLimit;

  public FetchHandler(Broker broker, KafkaDoorConfig config) {
    this.broker = broker;
    this.config = config;
    this.sessionLimit = new FetchSessionLimit(config.maxFetchSessionPartitions());
  }

  @Override
  public void handle(FetchRequest request, Exchange exchange) {
    Isolation isolation = Isolations.of(request.data().isolationLevel());
    FetchSessions sessions =
        exchange.state().get(FetchSessions.class, () -> new FetchSessions(sessionLimit));
    FetchSession session =
        sessions.open(request.data(), request.version() >= FIRST_VERSION_WITH_TOPIC_IDS);
    new FetchOperation(
            broker, exchange, sessions, session, request, isolation, config.maxFetchBytes())
        .start();
  }
}

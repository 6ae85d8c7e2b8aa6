package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.cursor.ShareSettings;
import io.millrace.server.door.kafka.share.AckBatch;
import io.millrace.server.door.kafka.share.SharePartition;
import io.millrace.server.door.kafka.share.ShareSession;
import io.millrace.server.door.kafka.share.ShareSessions;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ShareFetchRequest;
import org.apache.kafka.common.requests.ShareRequestMetadata;

/**
 * Gives records to members of share groups, by long poll, and hears what became of earlier ones
 * (KIP-932, KIP-1206, KIP-1222). The records go from the log to the socket as they were stored.
 */
public final class ShareFetchHandler implements RequestHandler<ShareFetchRequest> {
  private static final int ACQUIRE_MODES = 2;

  private final Broker broker;
  private final int maxFetchBytes;
  private final Function<Exchange, ShareSessions> sessions;
  private final Function<String, ShareSettings> settings;

  /**
   * @param sessions the share sessions of a request's connection
   * @param settings what a group is set to
   */
  public ShareFetchHandler(
      Broker broker,
      KafkaDoorConfig config,
      Function<Exchange, ShareSessions> sessions,
      Function<String, ShareSettings> settings) {
    this.broker = broker;
    this.maxFetchBytes = config.maxFetchBytes();
    this.sessions = sessions;
    this.settings = settings;
  }

  @Override
  public void handle(ShareFetchRequest request, Exchange exchange) {
    ShareFetchRequestData data = request.data();
    if (data.shareAcquireMode() < 0 || data.shareAcquireMode() >= ACQUIRE_MODES) {
      throw Errors.INVALID_REQUEST.exception("no acquire mode " + data.shareAcquireMode());
    }
    List<SharePartition> asked = new ArrayList<>();
    Map<SharePartition, List<AckBatch>> batches = new LinkedHashMap<>();
    for (var topic : data.topics()) {
      for (var partition : topic.partitions()) {
        SharePartition named = new SharePartition(topic.topicId(), partition.partitionIndex());
        asked.add(named);
        if (!partition.acknowledgementBatches().isEmpty()) {
          List<AckBatch> said = batches.computeIfAbsent(named, key -> new ArrayList<>());
          partition
              .acknowledgementBatches()
              .forEach(
                  batch ->
                      said.add(
                          new AckBatch(
                              batch.firstOffset(), batch.lastOffset(), batch.acknowledgeTypes())));
        }
      }
    }
    List<SharePartition> forgotten = new ArrayList<>();
    for (var topic : data.forgottenTopicsData()) {
      topic.partitions().forEach(p -> forgotten.add(new SharePartition(topic.topicId(), p)));
    }
    if (data.shareSessionEpoch() == ShareRequestMetadata.INITIAL_EPOCH && !batches.isEmpty()) {
      throw Errors.INVALID_REQUEST.exception("a share session cannot begin with acknowledgements");
    }
    ShareSessions all = sessions.apply(exchange);
    ShareSession session =
        all.open(data.groupId(), data.memberId(), data.shareSessionEpoch(), asked, forgotten);
    new ShareFetchOperation(
            broker,
            exchange,
            all,
            session,
            request,
            settings.apply(session.groupId()),
            maxFetchBytes)
        .start(batches);
  }
}

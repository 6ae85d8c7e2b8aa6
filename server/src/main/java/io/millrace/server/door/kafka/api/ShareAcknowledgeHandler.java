package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.cursor.Departure;
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
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData.PartitionData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData.ShareAcknowledgeTopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ShareAcknowledgeRequest;
import org.apache.kafka.common.requests.ShareAcknowledgeResponse;
import org.apache.kafka.common.requests.ShareRequestMetadata;

/**
 * Hears from members of share groups what became of records that they hold (KIP-932, KIP-1222).
 * Answers when that is durable.
 */
public final class ShareAcknowledgeHandler implements RequestHandler<ShareAcknowledgeRequest> {
  private final Broker broker;
  private final Function<Exchange, ShareSessions> sessions;
  private final Function<String, ShareSettings> settings;

  /**
   * @param sessions the share sessions of a request's connection
   * @param settings what a group is set to
   */
  public ShareAcknowledgeHandler(
      Broker broker,
      Function<Exchange, ShareSessions> sessions,
      Function<String, ShareSettings> settings) {
    this.broker = broker;
    this.sessions = sessions;
    this.settings = settings;
  }

  @Override
  public void handle(ShareAcknowledgeRequest request, Exchange exchange) {
    ShareAcknowledgeRequestData data = request.data();
    ShareSessions all = sessions.apply(exchange);
    ShareSession session =
        all.acknowledging(data.groupId(), data.memberId(), data.shareSessionEpoch());
    ShareSettings current = settings.apply(session.groupId());
    ShareAcknowledging work = new ShareAcknowledging(broker, exchange, session);
    boolean last = data.shareSessionEpoch() == ShareRequestMetadata.FINAL_EPOCH;
    work.begin(
        batches(data),
        current,
        data.isRenewAck(),
        () ->
            exchange
                .loop()
                .execute(() -> acknowledged(exchange, all, session, current, work, last)));
  }

  private static void acknowledged(
      Exchange exchange,
      ShareSessions all,
      ShareSession session,
      ShareSettings settings,
      ShareAcknowledging work,
      boolean last) {
    if (last) {
      all.end(
          session, Departure.CLOSED, exchange.replyWith(ended -> answer(settings, work.errors())));
    } else {
      exchange.reply(answer(settings, work.errors()));
    }
  }

  private static Map<SharePartition, List<AckBatch>> batches(ShareAcknowledgeRequestData data) {
    Map<SharePartition, List<AckBatch>> batches = new LinkedHashMap<>();
    for (var topic : data.topics()) {
      for (var partition : topic.partitions()) {
        if (!partition.acknowledgementBatches().isEmpty()) {
          // Who names a partition twice is heard twice.
          List<AckBatch> said =
              batches.computeIfAbsent(
                  new SharePartition(topic.topicId(), partition.partitionIndex()),
                  named -> new ArrayList<>());
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
    return batches;
  }

  private static ShareAcknowledgeResponse answer(
      ShareSettings settings, Map<SharePartition, Errors> errors) {
    ShareAcknowledgeResponseData answer =
        new ShareAcknowledgeResponseData()
            .setAcquisitionLockTimeoutMs((int) Math.min(Integer.MAX_VALUE, settings.lockMs()));
    Map<Uuid, ShareAcknowledgeTopicResponse> topics = new LinkedHashMap<>();
    errors.forEach(
        (partition, error) ->
            topics
                .computeIfAbsent(
                    partition.topicId(), id -> AnswerElements.acknowledgedTopic().setTopicId(id))
                .partitions()
                .add(
                    new PartitionData()
                        .setPartitionIndex(partition.partition())
                        .setErrorCode(error.code())
                        .setErrorMessage(error == Errors.NONE ? null : error.message())
                        .setCurrentLeader(
                            new ShareAcknowledgeResponseData.LeaderIdAndEpoch()
                                .setLeaderId(-1)
                                .setLeaderEpoch(-1))));
    answer.responses().addAll(topics.values());
    return new ShareAcknowledgeResponse(answer);
  }
}
